// Package keys goes from a person's gesture to a backup key.
//
// It knows the backup key itself (the 64 digits, key files), the keyring that
// locks a backup key with passkeys and passwords, and what an authenticator
// can do and how it can fail. It knows nothing of backups: package run brings
// the two together.
package keys
