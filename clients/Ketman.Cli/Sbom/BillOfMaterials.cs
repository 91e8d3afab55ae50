using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Ketman.Cli.Sbom;

/// <summary>
/// The bill of materials of a checkout in CycloneDX 1.6: each project, each package with its digest, and who needs whom. The same lock
/// files give the same bytes, so that two can be compared.
/// </summary>
internal static class BillOfMaterials
{
    public static byte[] Write(string version, IReadOnlyList<LockedProject> projects)
    {
        var all = projects.SelectMany(project => project.Packages.Select(one => (Project: project, one.Package, one.DependsOn)))
            .GroupBy(one => one.Package.Url, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteString("serialNumber", $"urn:uuid:{SerialOf(version, projects):D}");
            json.WriteNumber("version", 1);
            json.WriteStartObject("metadata");
            json.WriteStartObject("component");
            Component(json, "application", "ketman-platform", "ketman-platform", version);
            json.WriteEndObject();
            json.WriteEndObject();

            json.WriteStartArray("components");
            foreach (var project in projects)
            {
                json.WriteStartObject();
                Component(json, "application", project.Name, project.Name, version);
                json.WriteString("scope", project.Shipped ? "required" : "excluded");
                json.WriteEndObject();
            }

            foreach (var same in all)
                Package(json, same.First().Package, same.Any(one => one.Project.Shipped));

            json.WriteEndArray();
            json.WriteStartArray("dependencies");
            Dependency(json, "ketman-platform", projects.Select(project => project.Name));
            foreach (var project in projects)
                Dependency(json, project.Name, project.Direct.Select(package => package.Url));

            foreach (var same in all)
            {
                // Within a project a name is one version.
                Dependency(json, same.Key, same.SelectMany(one => one.DependsOn.SelectMany(name => one.Project.Packages
                    .Where(other => string.Equals(other.Package.Name, name, StringComparison.OrdinalIgnoreCase)).Select(other => other.Package.Url))));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void Component(Utf8JsonWriter json, string type, string reference, string name, string version)
    {
        json.WriteString("type", type);
        json.WriteString("bom-ref", reference);
        json.WriteString("name", name);
        json.WriteString("version", version);
    }

    private static void Package(Utf8JsonWriter json, LockedPackage package, bool shipped)
    {
        json.WriteStartObject();
        Component(json, "library", package.Url, package.Name, package.Version);
        json.WriteString("scope", shipped ? "required" : "excluded");
        json.WriteStartArray("hashes");
        json.WriteStartObject();
        json.WriteString("alg", "SHA-512");
        json.WriteString("content", package.Sha512);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("purl", package.Url);
        json.WriteEndObject();
    }

    private static void Dependency(Utf8JsonWriter json, string reference, IEnumerable<string> on)
    {
        json.WriteStartObject();
        json.WriteString("ref", reference);
        json.WriteStartArray("dependsOn");
        foreach (var other in on.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            json.WriteStringValue(other);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Follows from the content, as a version 8 UUID does.
    private static Guid SerialOf(string version, IReadOnlyList<LockedProject> projects)
    {
        var text = string.Join('\n', projects.SelectMany(project => project.Packages.Select(one => $"{project.Name} {one.Package.Url} {one.Package.Sha512}")).Prepend(version));
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(text))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
