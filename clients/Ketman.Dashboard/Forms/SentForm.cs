using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Forms;

/// <summary>A form as it was sent, with or without scripts.</summary>
public sealed class SentForm
{
    private readonly IFormCollection _fields;

    private SentForm(IFormCollection fields) => _fields = fields;

    /// <summary>Reads it.</summary>
    /// <exception cref="BadHttpRequestException">The body is no form.</exception>
    public static async Task<SentForm> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!context.Request.HasFormContentType)
        {
            throw new BadHttpRequestException("The body is no form.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return new SentForm(await context.Request.ReadFormAsync(cancellation));
        }
        catch (InvalidDataException)
        {
            throw new BadHttpRequestException("The form cannot be read.");
        }
    }

    /// <summary>What was typed into a field; null when it was left empty or is not there.</summary>
    public string? this[string name] => _fields[name].ToString().Trim() is { Length: > 0 } text ? text.ReplaceLineEndings("\n") : null;

    /// <summary>The values of a field that may come several times, such as the marked rows of a list.</summary>
    public IReadOnlyList<string> All(string name) => [.. _fields[name].OfType<string>().Where(value => value.Length > 0)];

    public bool Has(string name) => _fields.ContainsKey(name);

    public string Key => this["_key"] ?? "";

    public string? Version => this["_version"];

    /// <summary>On what the change depends that it asks for.</summary>
    public ChangeConditions Conditions => new(Visitor.Unmask(this["_csrf"]), this["_key"], Version);
}
