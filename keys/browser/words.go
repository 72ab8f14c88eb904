package browser

// wording is what the page says of a gesture.
func (c *Ceremony) wording(s *step) (words, string) {
	switch {
	case s.Create != nil:
		return words{
			"Create a passkey",
			"It will open this backup from now on. Your browser will ask where to keep it: on this device, on a phone, or on a security key. Choose one that asks for a PIN, a fingerprint or a face.",
		}, "Create the passkey"
	case c.opts.Purpose == Enrol && s.N < s.Of:
		return words{
			"Lock the backup with it",
			"Use the passkey you have just made. What it answers locks the key of the backup, and stays in the terminal.",
		}, "Lock with the passkey"
	case c.opts.Purpose == Enrol:
		return words{
			"See that it opens",
			"Use the passkey once more. If it answers the same, it can be relied on.",
		}, "Check the passkey"
	case c.opts.Purpose == Prove:
		return words{
			"Test your passkey",
			"Use the passkey, to see that it still opens the backup. Nothing is changed.",
		}, "Test the passkey"
	}
	return words{
		"Open your backup",
		"Use the passkey that the backup is locked with. Your backup file is only read, never changed.",
	}, "Open with the passkey"
}

// success is what the page says when all went well.
func (p Purpose) success() *Problem {
	switch p {
	case Enrol:
		return &Problem{Title: "Your passkey answered each time", Advice: "It opens this backup. Go back to the terminal, where it is added."}
	case Prove:
		return &Problem{Title: "Your passkey works", Advice: "It still opens this backup. Go back to the terminal."}
	}
	return &Problem{Title: "Your backup is open", Advice: "Go back to the terminal, where it goes on."}
}

var (
	waitFirst = words{"One moment", "The terminal is getting ready."}
	waitNext  = words{"Passkey answered", "The terminal is working with it. Keep this page open."}
)

// view is what the page shows now. mu is held.
func (c *Ceremony) view() view {
	v := view{Seq: c.seq, Backup: c.opts.Backup, Passkey: c.opts.Passkey}
	switch {
	case c.over != nil:
		v.Over = &verdict{words{c.over.Title, c.over.Advice}, c.good}
	case c.step != nil:
		v.Step = &c.step.asking
	case c.asked == 0:
		v.Wait = &waitFirst
	default:
		v.Wait = &waitNext
	}
	return v
}
