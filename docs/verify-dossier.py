#!/usr/bin/env python3
"""Verifies a Ketman dossier with nothing of Ketman's: Python's standard library, and openssl for the Ed25519 signatures.

    python3 verify-dossier.py FILE [PUBLIC-KEY.pem]

Exit status 0: everything holds. docs/proof.md says what that proves, and what not. Written from that page alone, on purpose:
it shows that the format can be checked without our code.
"""
import datetime, hashlib, json, struct, subprocess, sys, tempfile, uuid

sha256 = lambda data: hashlib.sha256(data).digest()
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
TAIL = len('  "signature": "') + 128 + len('"\n}\n')


def fail(message):
    sys.exit("BROKEN: " + message)


def verify_signature(key_pem, message, signature):
    with tempfile.NamedTemporaryFile() as key, tempfile.NamedTemporaryFile() as text, tempfile.NamedTemporaryFile() as sig:
        for file, content in ((key, key_pem.encode()), (text, message), (sig, signature)):
            file.write(content)
            file.flush()
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key.name, "-rawin", "-in", text.name, "-sigfile", sig.name],
            capture_output=True).returncode == 0


def fingerprint(key_pem):
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key_pem.encode(), capture_output=True, check=True).stdout
    return hashlib.sha256(der).hexdigest()


def field(value):
    return b"\xff\xff\xff\xff" if value is None else struct.pack(">i", len(value)) + value


def content_digest(stream, version, content):
    text = lambda name: None if content.get(name) is None else content[name].encode()
    recorded = datetime.datetime.strptime(content["recordedAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return sha256(b"ketman-content-2" + b"".join(map(field, [
        stream.encode(), struct.pack(">q", version), uuid.UUID(content["id"]).bytes, text("type"),
        struct.pack(">q", (recorded - EPOCH) // datetime.timedelta(microseconds=1)),
        text("recordedBy"), text("command"), text("correlation"), text("headers"), text("data")])))


def root_from(leaf, index, count, path):
    place, last, value = index, count - 1, leaf
    for other in map(bytes.fromhex, path):
        if last == 0:
            return None
        if place & 1 or place == last:
            value = sha256(b"\x01" + other + value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = sha256(b"\x01" + value + other)
        place, last = place >> 1, last >> 1
    return value if last == 0 else None


def main(path, pinned=None):
    with open(path, "rb") as file:
        raw = file.read()
    dossier = json.loads(raw)
    if (dossier["format"], dossier["formatVersion"]) != ("ketman-dossier", 1):
        fail("no dossier of version 1")
    keys = {key["id"]: key["publicKey"] for key in dossier["keys"]}
    for key_id, pem in keys.items():
        if fingerprint(pem) != key_id:
            fail("a key does not have its fingerprint")
    if pinned and fingerprint(open(pinned).read()) != dossier["signedBy"]:
        fail("signed by another key")

    seals = {}
    for each in dossier["seals"]:
        lines = each["statement"].split("\n")
        seal = dict(line.split(": ", 1) for line in lines[1:-1])
        if lines[0] != "ketman-seal-1" or seal["service"] != dossier["service"]:
            fail("a seal is of something else")
        if not verify_signature(keys[seal["key"]], each["statement"].encode(), bytes.fromhex(each["signature"])):
            fail("the signature of seal %s" % seal["number"])
        seals[int(seal["number"])] = seal

    link, sequence, sealed, still = bytes(32), 0, 0, True
    stream = dossier["stream"]
    for version, event in enumerate(dossier["events"], 1):
        if event["version"] != version or event["sequence"] <= sequence:
            fail("the order at version %d" % version)
        sequence = event["sequence"]
        digest = bytes.fromhex(event["digest"])
        if "content" in event and content_digest(stream, version, event["content"]) != digest:
            fail("the content of version %d" % version)
        link = sha256(b"ketman-event-2" + link + digest)
        if link.hex() != event["link"]:
            fail("the link of version %d" % version)
        if "seal" in event:
            seal = seals[event["seal"]["number"]]
            leaf = sha256(b"\x00" + struct.pack(">q", sequence) + field(stream.encode()) + struct.pack(">q", version) + link)
            root = root_from(leaf, event["seal"]["index"], int(seal["events"]), event["seal"]["path"])
            if not still or root is None or root.hex() != seal["root"] or not int(seal["first"]) <= sequence <= int(seal["last"]):
                fail("the seal of version %d" % version)
            sealed = version
        else:
            still = False
    if (len(dossier["events"]), sealed) != (dossier["through"], dossier["sealedThrough"]):
        fail("the file does not go as far as it says")
    tail = raw[-TAIL:]
    if not (tail.startswith(b'  "signature": "') and tail.endswith(b'"\n}\n')):
        fail("the file does not end as it should")
    if not verify_signature(keys[dossier["signedBy"]], raw[:-TAIL], bytes.fromhex(dossier["signature"])):
        fail("the signature of the file")
    print("holds: %d events, sealed up to version %d; signed by %s" % (len(dossier["events"]), sealed, dossier["signedBy"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
