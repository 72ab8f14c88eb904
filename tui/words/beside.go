package words

// What inspect says of the files beside a backup.
const (
	BesideIncrements = "%s, %s: what came after this backup; merged when it is restored"
	BesideOlder      = "%s, the newest %s"
	BesideRootKey    = "the 64-digit key, by its name; it opens this backup if it is of the same time"
	BesideFileKey    = "it opens crypt14 and crypt12, by its name"
	BesidePassword   = "it only checks the backup password, and opens nothing"
)

// What was written says of increments and of the key.
const (
	WithIncrements  = "with what %s had to add"
	WithoutOne      = "increment %d was left out: %s (%s)"
	BeyondIt        = "%s beside the backup: not in this, which is the backup alone"
	UnmatchedInThem = "%s in the increments could not be matched to a message, and were left out"
	RepairedKey     = "%s, of the key was mistyped: with that one put right it opens the backup; note it on your paper"
)
