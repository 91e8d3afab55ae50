using System.Globalization;

namespace Ketman.Chaos.Fuzz;

/// <summary>Values that software has stumbled over, and the names of what is known to the platform under attack.</summary>
internal static class Values
{
    public static readonly string[] Companies = [.. Names("fuzz-company", 5)];
    public static readonly string[] Accounts = [.. Names("github:fuzz", 8)];
    public static readonly string[] Disclosures = [.. Names("fuzz-case", 6)];
    public static readonly string[] Leads = [.. Names("fuzz-lead", 4)];
    public static readonly string[] Keys = [.. Names("fuzz-key", 6)];

    private static readonly string[] Hostile =
    [
        "", " ", "\t", "\0", "a\0b", "null", "undefined", "NaN", "true", "-1", "0", "1e400", "9999999999999999999999", "0x10", "१२३",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "[a](javascript:alert(1))", "---\ntitle: owned\n---",
        "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-2+3", "'; drop table mt_events;--", "\\'; select pg_sleep(9);--", "$1", "%s%n%p", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}",
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
        "https://example.org/" + "a", "gopher://x", "http://", "https://a b", "https://user:pw@example.org:99999/",
        "a\r\nSet-Cookie: a=b", "\u202Egnp.exe", "\u2066x\u2069", "\uFEFF", "\uFFFE", "\uFFFF", "e\u0301\u0301\u0301", "ß", "İ", "ı", "ﬁ", "ﷺﷺﷺﷺ", "👩‍👩‍👧‍👦", "𝕬𝖇𝖈", "\U0010FFFF", "Ω≈ç√∫", "田中さん",
        "2025-02-03", "2025-02-30", "2025-13-01", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59.9999999Z", "2025-02-03T10:00:00", "2025-02-03T10:00:00+14:00", "2025-02-03T10:00:00-23:59",
        "1999-12-31T23:59:59.999999999Z", "+12025-01-01", "2025-02-03T24:00:00Z", "2016-12-31T23:59:60Z", "P1D", "-P1D", "P99999999999999D", "PT1H", "P1Y", "R/P1D",
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{01950000-0000-7000-8000-000000000001}", "01950000000070008000000000000001",
        "Europe/Berlin", "Etc/GMT+25", "UTC", "../UTC", "github:", ":", "github:a:b", "GITHUB:Fuzz-1", "wallet:0x", "email:a@b", "email:@", "other:", "github:%2F", "a/b", "a%2Fb", "%", "%25", "%zz",
    ];

    /// <summary>Any text; now and then a long one.</summary>
    public static string Text(Random random) => random.Next(40) switch
    {
        0 => new string('A', random.Next(200, 20_000)),
        1 => string.Concat(Enumerable.Repeat("ﷺ👩‍👩‍👧‍👦", random.Next(10, 300))),
        2 => new string((char)random.Next(1, 0xD7FF), random.Next(1, 50)),
        < 16 => Hostile[random.Next(Hostile.Length)],
        < 30 => "word " + random.Next(1000).ToString(CultureInfo.InvariantCulture),
        _ => Known(random),
    };

    /// <summary>The name of something that is known.</summary>
    public static string Known(Random random)
    {
        var names = new[] { Companies, Accounts, Disclosures, Leads, Keys }[random.Next(5)];
        return names[random.Next(names.Length)];
    }

    /// <summary>A text that the member of this name would most likely take.</summary>
    public static string For(string member, Random random)
    {
        return member switch
        {
            "company" or "companies" => Any(Companies),
            "account" or "accounts" or "to" or "into" => Any(Accounts),
            "disclosure" or "disclosures" => Any(Disclosures),
            "lead" or "leads" => Any(Leads),
            "outreach" or "contact" => Keys[0],
            "payment" => Keys[1],
            "commitment" => Keys[2],
            "fact" or "request" or "pause" => Any(Keys),
            "roles" => Any(["viewer", "analyst"]),
            "name" => $"made-{random.Next(2000)}",
            "projection" => Any(["read-models", "publisher", "disclosed-leads", "board"]),
            "handle" => $"made-{random.Next(2000)}",
            "at" or "from" or "due" or "until" or "firstDate" => $"2025-{random.Next(1, 13):D2}-{random.Next(1, 29):D2}",
            "url" => "https://example.org/" + random.Next(100).ToString(CultureInfo.InvariantCulture),
            "sha256" => new string('a', 64),
            "zone" => "Europe/Berlin",
            "asset" => "USDC",
            "amount" or "usd" or "usdLow" or "usdHigh" => random.Next(1, 5000).ToString(CultureInfo.InvariantCulture),
            "domain" => $"d{random.Next(50)}.example",
            "repositories" or "repository" => $"github.com/fuzz/r{random.Next(30)}",
            "address" => $"desk{random.Next(20)}@example.org",
            "question" => Any(["met-in-person", "age-sex-origin", "avoids-meetings", "video-syncs", "name"]),
            "answer" => Any(["yes", "no", "unknown", "often-with-video"]),
            "clock" => Any(["first-outreach", "acknowledgement", "decision", "all"]),
            _ => "words " + random.Next(500).ToString(CultureInfo.InvariantCulture),
        };

        string Any(string[] names) => names[random.Next(names.Length)];
    }

    private static IEnumerable<string> Names(string prefix, int count) =>
        Enumerable.Range(0, count).Select(number => $"{prefix}-{number.ToString(CultureInfo.InvariantCulture)}");
}
