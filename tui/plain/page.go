package plain

import (
	"fmt"
	"strings"
	"time"

	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

// ask is what a page wants to know.
type ask int

const (
	askNothing ask = iota // work is under way
	askChoice
	askPath // and no choice
	askPIN
	askConfirm // plain only: few tries are left
	askPassword
	askDigits
	askName
	askNewPass
	askNewPIN
	askRecipient
	askKept // the last group of the 64-digit key
	askSave // a format, and where to
)

// choice is a line to choose.
type choice struct {
	id   string // stable, for programs; hostile
	text string // clean
}

// page is what a place in the flow says and asks, before it is lines or JSON.
type page struct {
	title   string
	lines   []string // clean, a sentence or a fact each
	choices []choice
	picked  int
	ask     ask
	orPath  bool // a path may be typed instead of a choice
}

// teller words the states of the flow.
type teller struct {
	th      style.Theme
	now     func() time.Time
	where   *time.Location
	address func() string // of the page that waits for a passkey
	soft    bool          // a key that the person operates here, by letters
	demoPIN string
}

// Widths of texts from outside within a sentence, in cells.
const (
	labelWidth = 60
	pathWidth  = 400
)

// text is hostile text on one line.
func (t *teller) text(s string, w int) string {
	return display.Clean(s).TruncateWith(w, t.th.Ellipsis).String()
}

func (t *teller) day(unix int64) string {
	now := t.now().In(t.where)
	return style.Day(time.Unix(unix, 0).In(t.where), now)
}

func (t *teller) label(m flow.MethodInfo) string {
	return words.Method(m, t.text(m.Label, labelWidth))
}

func (t *teller) key(s flow.State) string { return t.label(s.Chosen()) }

func (t *teller) device(d flow.Device) string {
	if p := t.text(d.Product, labelWidth); p != "" {
		return p
	}
	return words.KeyNoName
}

func (t *teller) known(s flow.State) words.Known {
	return words.Known{Key: t.key(s), Device: t.device(s.Device), Text: t.text, LabelWidth: labelWidth}
}

// page words a state.
func (t *teller) page(s flow.State) page {
	switch s.Screen {
	case flow.Home:
		return t.list(page{title: words.HomeTitle}, s)
	case flow.Ways:
		return t.ways(s)
	case flow.Name, flow.NewPass, flow.Recipient, flow.KeepKey, flow.Summary, flow.Locked, flow.OneWay, flow.Remove:
		return t.lock(s)
	case flow.Find:
		return t.find(s)
	case flow.Backup:
		return t.backup(s)
	case flow.Method:
		return t.methods(s)
	case flow.Connect, flow.Choose:
		return t.connect(s)
	case flow.PIN, flow.NewPIN, flow.Password, flow.Key:
		return t.secret(s)
	case flow.Touch:
		return t.touch(s)
	case flow.Browser:
		return t.browser(s)
	case flow.Verify:
		if s.Mend {
			return page{title: words.MendTitle, lines: []string{words.MendBody}}
		}
		return mended(page{title: words.VerifyTitle, lines: []string{words.VerifyBody}}, s)
	case flow.Restore:
		return t.restore(s)
	case flow.Save:
		return t.save(s)
	case flow.Done:
		return t.done(s)
	case flow.Trouble:
		return t.trouble(s)
	}
	return page{title: words.LeftBody}
}

// mended adds which digit of the key was put right, where one was.
func mended(p page, s flow.State) page {
	if l := words.Mended(s); l != "" {
		p.lines = append([]string{l}, p.lines...)
	}
	return p
}

func (t *teller) find(s flow.State) page {
	where := words.FindUsual
	if s.Asked != "" {
		where = words.FindIn + t.text(s.Asked, pathWidth)
	}
	if s.Looking {
		return page{title: words.FindLooking + " " + where}
	}
	p := page{title: words.FindTitle, ask: askChoice, picked: s.Choice, orPath: true}
	for i := range s.NBackups {
		f := s.Backups[i]
		facts := []string{t.moment(f.Modified), style.Bytes(f.Size)}
		if app := t.text(f.App, labelWidth); app != "" {
			facts = append(facts, app)
		}
		if by := t.text(f.Protected, labelWidth); by != "" {
			facts = append(facts, words.PlainLocked+by)
		}
		facts = append(facts, t.text(f.Path, pathWidth))
		p.choices = append(p.choices, choice{f.Path, strings.Join(facts, ", ")})
	}
	if s.NBackups == 0 {
		p.ask = askPath
	}
	if s.More > 0 {
		p.lines = append(p.lines, words.Of(int64(s.More), "more backup is not listed.", "more backups are not listed."))
	}
	p.lines = append(p.lines, words.ReadOnly)
	return p
}

// moment is when a backup was made.
func (t *teller) moment(unix int64) string {
	at, now := time.Unix(unix, 0).In(t.where), t.now().In(t.where)
	if at.Year() != now.Year() {
		return at.Format("2 Jan 2006")
	}
	return style.When(at, now)
}

func (t *teller) backup(s flow.State) page {
	b := s.Backup
	if s.Looking {
		return page{title: words.BackupReading, lines: []string{t.text(b.Path, pathWidth)}}
	}
	p := page{title: fmt.Sprintf(words.BackupTitle, t.day(b.Modified)), ask: askChoice}
	facts := []string{style.Bytes(b.Size)}
	if v := t.text(b.AppVersion, labelWidth); v != "" {
		facts = append(facts, "WhatsApp "+v)
	}
	if n := t.text(b.NumberEnds, labelWidth); n != "" {
		facts = append(facts, "number ending "+n)
	}
	if d := t.text(b.Device, labelWidth); d != "" {
		facts = append(facts, d)
	}
	p.lines = append(p.lines, strings.Join(facts, ", "), t.text(b.Path, pathWidth))
	if b.Increments > 0 {
		p.lines = append(p.lines, words.Increments(b.Increments))
	}
	p.lines = append(p.lines, words.BackupLocked)
	for i := range s.NMethods {
		p.lines = append(p.lines, t.method(s.Methods[i]))
	}
	if b.Passkey {
		p.lines = append(p.lines, words.BackupSealed)
	}
	if b.BadKeyring {
		p.lines = append(p.lines, words.BackupBadRing)
	}
	p.lines = append(p.lines, words.ReadOnly)
	p.choices = []choice{{"go-on", words.PlainOpen}}
	if s.Goal == flow.Locking {
		p.choices[0].text = words.PlainOpenKey
	}
	return p
}

// method is a method with its kind, and when it was added and tested.
func (t *teller) method(m flow.MethodInfo) string {
	if m.Kind == flow.ByKey {
		return words.MethodKey
	}
	label := t.label(m)
	var facts []string
	if label != words.Password {
		facts = append(facts, string(m.Kind))
	}
	if m.Created > 0 {
		facts = append(facts, words.BackupAdded+t.day(m.Created))
	}
	if m.Tested > 0 {
		facts = append(facts, words.BackupTested+t.day(m.Tested))
	}
	if len(facts) == 0 {
		return label
	}
	return label + " (" + strings.Join(facts, ", ") + ")"
}

func (t *teller) methods(s flow.State) page {
	p := page{title: words.MethodTitle, ask: askChoice, picked: s.Choice}
	for i := range s.NMethods {
		m := s.Methods[i]
		id := m.ID
		if m.Kind == flow.ByKey {
			id = keyMethodID
		}
		p.choices = append(p.choices, choice{id, t.method(m)})
	}
	if s.NMethods > 1 {
		p.lines = append(p.lines, words.MethodNote)
	}
	return p
}

// keyMethodID stands for the 64-digit key. IDs of a keyring have no dashes.
const keyMethodID = "64-digit-key"

func (t *teller) trouble(s flow.State) page {
	w := words.Troubles[s.Why]
	p := page{title: w.Title, ask: askChoice, picked: s.Choice, orPath: atPath(s)}
	add := func(template string) {
		if l := words.Fill(template, s, t.known(s)); l != "" {
			p.lines = append(p.lines, l)
		}
	}
	add(w.What)
	if s.Why == flow.WrongBackupKey && s.Detail != "" {
		add(words.NotOneDigit)
	}
	add(w.Do)
	if s.Why == flow.Cancelled && s.Complete {
		p.lines = append(p.lines, words.RestoredKept)
	}
	if s.Why == flow.Cancelled && s.Open && s.Goal == flow.Locking {
		p.lines = append(p.lines, words.CancelledRing)
	}
	if s.Why == flow.WrongKey && !s.Open {
		p.lines = append(p.lines, words.LockedWith)
		for i := range s.NMethods {
			if s.Methods[i].Kind != flow.ByKey {
				p.lines = append(p.lines, t.method(s.Methods[i]))
			}
		}
	}
	for _, o := range s.Options() {
		id := strings.ReplaceAll(string(o.Act), " ", "-")
		if o.Act == flow.UseMethod && o.Method < s.NMethods {
			id = keyMethodID
			if m := s.Methods[o.Method]; m.Kind != flow.ByKey {
				id = m.ID
			}
			id = "use-" + id
		}
		p.choices = append(p.choices, choice{id, words.Option(o, s, t.known(s))})
	}
	return p
}

// atPath reports whether another path is an answer to a trouble.
func atPath(s flow.State) bool {
	switch s.Why {
	case flow.NotFound, flow.NotABackup, flow.WhatsAppPasskey, flow.HasKeyring, flow.NoKeyring:
		return true
	}
	return false
}
