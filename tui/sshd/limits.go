package sshd

import "time"

// Limits keep one client from taking what belongs to all. The zero value of
// each stands for that of DefaultLimits.
type Limits struct {
	Sessions   int           // at a time
	PerAddress int           // sessions at a time from one address
	Logins     int           // connections at a time that have not logged in; half of them from one address
	Login      time.Duration // from the connection to the start of a session
	Idle       time.Duration // without a word from the client
	Drain      time.Duration // for sessions under way when the server stops
}

// DefaultLimits suit a desk. A room behind one address needs more from it.
var defaultLimits = Limits{
	Sessions: 256, PerAddress: 16, Logins: 128,
	Login: 30 * time.Second, Idle: 15 * time.Minute, Drain: time.Minute,
}

// DefaultLimits are those of a Config that says nothing else.
func DefaultLimits() Limits { return defaultLimits }

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (l Limits) complete() Limits {
	d := defaultLimits
	return Limits{
		Sessions: or(l.Sessions, d.Sessions), PerAddress: or(l.PerAddress, d.PerAddress), Logins: or(l.Logins, d.Logins),
		Login: or(l.Login, d.Login), Idle: or(l.Idle, d.Idle), Drain: or(l.Drain, d.Drain),
	}
}

const (
	// writeTime is how long one write to a client's socket may take. A client
	// that reads nothing for so long is gone.
	writeTime = 30 * time.Second
	// lastTime is how long a session that has ended has to say so, before its
	// connection is cut.
	lastTime = 5 * time.Second
	// maxEnv bounds the environment that a client sends.
	maxEnv = 16
	// Windows beyond these would be memory and nothing to look at.
	maxWidth, maxHeight = 512, 256
)
