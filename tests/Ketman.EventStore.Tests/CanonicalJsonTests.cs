using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Proof;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.EventStore.Tests;

public sealed class CanonicalJsonTests(StoreDatabase database) : IClassFixture<StoreDatabase>
{
    [Theory]
    [InlineData("""{ "bb" : 1, "a" : 2, "ccc" : 3, "ab" : 4 }""", """{"a":2,"ab":4,"bb":1,"ccc":3}""")]
    [InlineData("""{"a":1,"b":{"z":1,"y":[{"q":1,"p":2}]},"a":2}""", """{"a":2,"b":{"y":[{"p":2,"q":1}],"z":1}}""")]
    [InlineData("[1.10, 1e3, 1.50E1, 1e-2, -0, -0.0, 0e5, 0.00e-2, 12.345e1, -1.5e-3]", "[1.10,1000,15.0,0.01,0,0.0,0,0.0000,123.45,-0.0015]")]
    [InlineData(""" "\u00e9\u0041\/\u007f\n\u001f\"\\\ud83d\ude00" """, "\"\u00e9A/\u007f\\n\\u001f\\\"\\\\\U0001F600\"")]
    [InlineData("null", "null")]
    public void the_canonical_form_is(string json, string canonical)
    {
        Canonical(json).ShouldBe(canonical);
    }

    [Theory]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1e999")]
    [InlineData("{}{}")]
    [InlineData("{")]
    public void what_jsonb_cannot_keep_is_refused(string json)
    {
        Should.Throw<JsonException>(() => Canonical(json));
    }

    [Fact]
    public async Task storing_as_jsonb_and_reading_back_never_changes_the_canonical_form()
    {
        var documents = Gen.Sample(Documents(4), 40, 400).ToArray();
        await using var command = database.Source.CreateCommand("select d::jsonb from unnest($1::text[]) with ordinality as t (d, n) order by n");
        command.Parameters.Add(new NpgsqlParameter { Value = documents, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        for (var at = 0; await rows.ReadAsync(TestContext.Current.CancellationToken); at++)
        {
            Canonical(Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0))).ShouldBe(Canonical(documents[at]), documents[at]);
        }
    }

    private static string Canonical(string json)
    {
        var buffer = new ByteBuffer();
        CanonicalJson.Write(Encoding.UTF8.GetBytes(json), buffer);
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static Gen<string> Documents(int depth)
    {
        var number = from negative in Gen.Elements("", "-")
                     from whole in Gen.Choose(0, 99999)
                     from fraction in Gen.Elements("", ".0", ".10", ".005", ".99")
                     from exponent in Gen.Elements("", "", "e3", "E-4", "e+12", "e0")
                     select negative + whole.ToString(CultureInfo.InvariantCulture) + fraction + exponent;
        var character = Gen.Elements("a", "B", "\\u00e9", "é", "\\\"", "\\\\", "\\/", "/", "\\n", "\\u001f", "\\ud83d\\ude00", "\U0001F600", " ", "\\t", "\u007f");
        var text = from length in Gen.Choose(0, 6)
                   from characters in Gen.ListOf(character, length)
                   select $"\"{string.Concat(characters)}\"";
        var leaf = Gen.OneOf(number, text, Gen.Elements("true", "false", "null"));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Documents(depth - 1);
        var array = from length in Gen.Choose(0, 4) from items in Gen.ListOf(inner, length) select $"[ {string.Join(" , ", items)}]";
        var member = from name in text from value in inner select $"{name} : {value}";
        var @object = from length in Gen.Choose(0, 5) from members in Gen.ListOf(member, length) select $"{{{string.Join(",\n", members)}}}";
        return Gen.OneOf(leaf, array, @object, @object);
    }
}
