"""What a short Python program does with a backup: the yardstick of `make bench`.

yardstick.py BACKUP KEYFILE OUT: reads crypt15 whole, checks the tag, inflates, writes the database.
Needs python3-pycryptodome.
"""
import hashlib
import hmac
import sys
import zlib

from Cryptodome.Cipher import AES


def varint(b, i):
    n = shift = 0
    while True:
        n |= (b[i] & 0x7F) << shift
        i, shift = i + 1, shift + 7
        if b[i - 1] < 0x80:
            return n, i


def main(backup, keyfile, out):
    root = bytes.fromhex("".join(open(keyfile).read().split()))
    key = hmac.new(hmac.new(bytes(32), root, hashlib.sha256).digest(), b"backup encryption\x01", hashlib.sha256).digest()
    data = open(backup, "rb").read()
    size, at = varint(data, 0)
    header = data[at : at + size]
    iv = header[header.index(b"\x0a\x10") + 2 :][:16]
    cipher = AES.new(key, AES.MODE_GCM, nonce=iv)
    plain = cipher.decrypt_and_verify(data[at + size : -32], data[-32:-16])
    with open(out, "wb") as f:
        f.write(zlib.decompress(plain))


main(*sys.argv[1:])
