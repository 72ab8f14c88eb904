// Package gcm reads AES-GCM ciphertext that is too large to hold in memory,
// and lets nothing unverified out.
//
// It reads the ciphertext twice. [Verify] is pass 1: it computes the tag over
// the whole ciphertext, in parallel, and releases nothing. [Verified.Open] is
// pass 2: it reads each chunk again, makes sure that it is what pass 1 saw,
// and only then releases its plaintext. A file that is written to between the
// passes is noticed at the chunk that changed.
//
// Memory is a few chunks and 16 bytes for each chunk of the file, whatever the
// size of the file. The ciphertext is read with pread, never mapped: a mapped
// file that shrinks kills the process with SIGBUS.
//
// The package knows AES-GCM (NIST SP 800-38D) without additional data, and no
// file format. The arithmetic is the standard library's: GHASH through the
// additional data of crypto/cipher, decryption through its CTR mode.
package gcm
