package run

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/export"
	"touchback/restore/flow"
)

// ErrNotKept says that the digits typed are not the last ones of the key.
var ErrNotKept = errors.New("these are not the last digits of the key")

// errElsewhere says that keyrings are kept where the backups are.
var errElsewhere = errors.New("keyrings are changed on the machine that has the backup")

// ring is the keyring that is being made or kept.
type ring struct {
	*keys.Keyring
	path  string
	saved bool // it is kept on disk: every change is written
}

// save writes the keyring, whole or not at all.
func (r *ring) save() error {
	err := r.Save(r.path)
	if errors.Is(err, fs.ErrPermission) {
		err = errors.Join(export.ErrPermission, err)
	}
	return err
}

// ring is the keyring of the session. It is made with the first effect that needs
// one, for a key that has opened the backup.
func (w *work) ring() (*ring, error) {
	s := &w.s
	switch {
	case w.cfg.Root != nil:
		return nil, errElsewhere
	case s.backup == nil || s.key == nil:
		return nil, keys.ErrLocked
	case s.ring != nil:
		return s.ring, nil
	case s.backup.Keyring != nil:
		s.ring = &ring{s.backup.Keyring, s.backup.KeyringPath, true}
		return s.ring, nil
	case s.payload == nil:
		return nil, keys.ErrLocked // only a key that has opened it is worth locking
	}
	path := w.cfg.Keyring
	if path == "" {
		path = KeyringPaths(s.backup.Path)[0]
	}
	s.ring = &ring{keys.Create(s.key, time.Now()), path, false}
	return s.ring, nil
}

// change does something to the keyring, keeps it, and tells what opens it now.
func (w *work) change(do func(*ring) error) {
	r, err := w.ring()
	if err == nil {
		err = do(r)
	}
	if err == nil && r.saved {
		if err = r.save(); err != nil {
			w.reread()
		}
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.tellRing(r)
}

// reread takes the keyring as it is on disk, where a change of it could not be
// written: what is shown is what there is.
func (w *work) reread() {
	r, err := keys.Load(w.s.ring.path)
	if err == nil && r.UnlockKey(w.s.key) == nil {
		w.s.ring.Lock()
		w.s.ring.Keyring, w.s.backup.Keyring = r, r
	}
}

func (w *work) tellRing(r *ring) {
	e := flow.Ring{Attempt: w.attempt, Path: r.path}
	for _, m := range r.Methods() {
		kind := flow.ByRecipient
		switch m.Kind {
		case keys.MethodPasskey:
			kind = flow.ByPasskey
		case keys.MethodPassword:
			kind = flow.ByPassword
		}
		if e.N < flow.MaxMethods {
			e.Ways[e.N] = methodInfo(m, kind)
			e.N++
		}
	}
	w.tell(e)
}

// openRing lists the ways into a keyring that was opened. A method of it has
// unlocked it; the backup key itself has to prove that it is the right one.
func (w *work) openRing() {
	m := newMeter()
	r, err := w.ring()
	if err == nil && !w.s.fromKeyring {
		err = w.s.backup.unlockKey(w.ctx, w.s.key, func(done, total int64) {
			if m.due() {
				w.tell(flow.Progressed{Attempt: w.attempt, Counts: m.counts(done, total)})
			}
		})
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.tellRing(r)
}

// addWay adds what the person brings.
func (w *work) addWay(e flow.AddWay) {
	secret := w.take()
	defer secret.Wipe()
	w.change(func(r *ring) error {
		switch e.Kind {
		case flow.ByPasskey:
			return w.addPasskey(r, e, secret)
		case flow.ByPassword:
			_, err := r.AddPassword(w.ctx, e.Label, secret)
			return err
		}
		text, err := recipient(e.Recipient)
		if err == nil {
			_, err = r.AddRecipient(e.Label, text)
		}
		if err != nil {
			err = badRecipient{err}
		}
		return err
	})
}

func (w *work) addPasskey(r *ring, e flow.AddWay, pin *keys.Secret) error {
	if !e.Web {
		c := w.ceremony(e.Device, pin)
		_, err := c.enrol(w.ctx, r.Keyring, e.Label)
		return err
	}
	page, end, err := w.page(browser.Enrol, e.Label, registered(r.Keyring))
	if err != nil {
		return err
	}
	c := w.counted(page)
	p, err := c.Create(w.ctx)
	if err == nil {
		_, err = r.AddPasskey(w.ctx, e.Label, p, c)
	}
	end(err)
	return err
}

// ceremony asks a security key, and says which gesture it waits for.
func (w *work) ceremony(device string, pin *keys.Secret) ceremony {
	n := 0
	return ceremony{key: w.cfg.Finder.Open(device), pin: pin, touch: func() {
		n++
		w.tell(flow.Blinking{Attempt: w.attempt, Gesture: n})
	}}
}

// badRecipient is what is wrong with an age recipient.
type badRecipient struct{ err error }

func (e badRecipient) Error() string { return e.err.Error() }
func (e badRecipient) Unwrap() error { return e.err }

// maxRecipient bounds a file with a recipient, in bytes: a post-quantum one has
// some 2,000.
const maxRecipient = 16 << 10

// recipient takes an age recipient as it was typed, or as it stands in a file.
func recipient(text string) (string, error) {
	if strings.HasPrefix(text, "age1") {
		return text, nil
	}
	info, err := os.Stat(absolute(text))
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxRecipient {
		return "", errors.New("it is no age recipient (age1pq1…), and no file that holds one")
	}
	b, err := os.ReadFile(absolute(text))
	if err != nil {
		return "", errors.New("the file may not be read")
	}
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return string(line), nil
		}
	}
	return "", errors.New("the file is empty")
}

// testWay opens the keyring by one way alone.
func (w *work) testWay(e flow.TestWay) {
	secret := w.take()
	defer secret.Wipe()
	w.change(func(r *ring) error {
		m, err := r.Find(e.Method)
		if err != nil {
			return err
		}
		if err := w.prove(r, m, e, secret); err != nil {
			return err
		}
		return r.MarkTested(m.ID)
	})
}

func (w *work) prove(r *ring, m keys.Method, e flow.TestWay, secret *keys.Secret) error {
	var by keys.Credential
	switch {
	case e.Kind == flow.ByPassword:
		by = keys.ByPassword{Password: secret}
	case e.Web:
		page, end, err := w.page(browser.Prove, m.Label, nil)
		if err != nil {
			return err
		}
		key, err := r.Unlock(w.ctx, m.ID, keys.ByPasskey{Evaluator: w.counted(page)})
		key.Wipe()
		end(err)
		return err
	default:
		by = keys.ByPasskey{Evaluator: w.ceremony(e.Device, secret)}
	}
	key, err := r.Unlock(w.ctx, m.ID, by)
	key.Wipe()
	return err
}

// checkKept compares what was typed with the last group of the 64-digit key:
// nobody knows it by heart who has not kept it.
func (w *work) checkKept() {
	typed := w.take()
	defer typed.Wipe()
	if w.s.key == nil {
		w.fail(keys.ErrLocked)
		return
	}
	same := false
	err := w.s.key.Groups(func(groups [16][]byte) {
		last := keys.NewSecret(bytes.Clone(groups[len(groups)-1]))
		defer last.Wipe()
		typed.Use(func(b []byte) {
			t := keys.NewSecret(bytes.ToLower(b))
			defer t.Wipe()
			same = t.Equal(last)
		})
	})
	if err == nil && !same {
		err = ErrNotKept
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.KeyKept{Attempt: w.attempt})
}

// saveRing writes a keyring that was made.
func (w *work) saveRing() {
	r, err := w.ring()
	if err == nil {
		err = r.save()
	}
	if err != nil {
		w.fail(err)
		return
	}
	w.tellRing(r)
}

// readBlank asks a security key whether it can get a passkey of the keyring.
func (w *work) readBlank(e flow.ReadKey) {
	r, err := w.ring()
	if err != nil {
		w.fail(err)
		return
	}
	tries, finger, err := blank(w.ctx, w.cfg.Finder.Open(e.Device), r.Keyring)
	if err != nil {
		w.fail(err)
		return
	}
	w.tell(flow.KeyRead{Attempt: w.attempt, Tries: tries, Finger: finger})
}
