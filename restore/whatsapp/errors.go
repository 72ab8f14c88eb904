package whatsapp

import (
	"errors"
	"fmt"
)

// Errors of this package. Compare with errors.Is; a *DamagedError and a
// *NotBackupError tell more. A file that changes while it is read gives
// gcm.ErrChanged.
var (
	ErrNotBackup = errors.New("not a WhatsApp backup that can be opened")
	ErrDamaged   = errors.New("the backup is damaged or was altered")
	ErrTruncated = errors.New("the backup is cut short")
	ErrWrongKey  = errors.New("the key does not open this backup")
	// ErrKeyKind says that the key is of another kind than the container
	// takes: a crypt14 key file for a crypt15 backup, or the reverse.
	ErrKeyKind = errors.New("this kind of key does not open this kind of backup")
	// ErrNoMessages says that a payload verified and is no message database.
	ErrNoMessages = errors.New("the backup holds no messages that can be shown")
)

// NotBackupError says what a file that is no backup looks like, so that a
// front end can word the way out.
type NotBackupError struct {
	// Looks is "sqlite", "zip", "json", "age", "key" or "" when nothing is
	// recognised.
	Looks string
}

func (e *NotBackupError) Error() string {
	if e.Looks == "" {
		return ErrNotBackup.Error()
	}
	return fmt.Sprintf("%v: it looks like %s", ErrNotBackup, e.Looks)
}

// Is makes errors.Is(err, ErrNotBackup) hold.
func (e *NotBackupError) Is(target error) bool { return target == ErrNotBackup }

// DamagedError says that the key is right, or beside the point, and the bytes
// are not what WhatsApp wrote.
type DamagedError struct {
	// Truncated is set where the file ends before its header says it can.
	Truncated bool
	// Err is the cause: gcm.ErrTag where the tag did not verify.
	Err error
}

func (e *DamagedError) Error() string {
	if e.Truncated {
		return ErrTruncated.Error()
	}
	return ErrDamaged.Error()
}

// Is makes errors.Is(err, ErrDamaged) hold, and ErrTruncated where it applies.
func (e *DamagedError) Is(target error) bool {
	return target == ErrDamaged || (e.Truncated && target == ErrTruncated)
}

func (e *DamagedError) Unwrap() error { return e.Err }
