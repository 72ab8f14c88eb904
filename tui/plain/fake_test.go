package plain

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"touchback/keys"
	"touchback/restore/chat"
	"touchback/restore/flow"
)

// now is the moment at which all tests take place.
var now = time.Date(2026, 5, 13, 18, 30, 0, 0, time.UTC)

func day(y int, m time.Month, d int) int64 {
	return time.Date(y, m, d, 9, 12, 0, 0, time.UTC).Unix()
}

// world is what the fake engine finds: a straight way, unless a test says
// otherwise.
type world struct {
	found   []flow.Found
	exact   bool
	backup  flow.BackupInfo
	methods []flow.MethodInfo
	devices []flow.Device
	tries   int
	address string
	chats   []chat.Chat
	forward string
	noPage  bool // nobody answers on a page
	// reply, where it is set and returns true, answers an effect by itself.
	reply func(e *engine, x flow.Effect) bool
}

func straight() world {
	return world{
		found: []flow.Found{
			{Path: "/home/ana/msgstore.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: day(2026, 5, 12), Size: 228_400_000, Protected: "passkeys"},
			{Path: "/home/ana/old/msgstore.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: day(2025, 11, 2), Size: 191_000_000, Protected: "64-digit key"},
		},
		backup: flow.BackupInfo{
			Path: "/home/ana/msgstore.db.crypt15", Format: "crypt15", Size: 228_400_000, Modified: day(2026, 5, 12),
			AppVersion: "2.26.18.75", Device: "Pixel 9", NumberEnds: "67", Keyring: "/home/ana/msgstore.db.crypt15.keyring", SaveBase: "/home/ana/whatsapp",
		},
		methods: []flow.MethodInfo{
			{ID: "ana1", Kind: flow.ByPasskey, Label: "Ana's YubiKey 5C", Created: day(2026, 3, 3), Tested: day(2026, 5, 2)},
			{ID: "pass", Kind: flow.ByPassword, Created: day(2026, 3, 3)},
			{Kind: flow.ByKey},
		},
		devices: []flow.Device{{Path: "/dev/hidraw3", Product: "YubiKey FIDO+CCID"}},
		tries:   8,
		chats: []chat.Chat{
			{Row: 1, Name: "Ana Silva", Messages: 8201}, {Row: 2, Name: "Hiking club", Group: true, Messages: 5377}, {Row: 3, Name: "محمد", Messages: 912},
		},
	}
}

// engine does at once what it is told, as its world is.
type engine struct {
	world
	mu      sync.Mutex
	done    []flow.Effect
	secrets []string
	events  chan flow.Event
	kept    bool // messages are there
	ring    flow.Ring
}

func newEngine(w world) *engine { return &engine{world: w, events: make(chan flow.Event, 1024)} }

func (e *engine) Events() <-chan flow.Event { return e.events }

func (e *engine) Deposit(s *keys.Secret) {
	s.Use(func(b []byte) { e.secrets = append(e.secrets, string(b)) })
	s.Wipe()
}

func (e *engine) Address() string { return e.address }

func (e *engine) Archive() chat.Archive {
	if !e.kept {
		return nil
	}
	return archive{chats: e.chats}
}

type archive struct {
	chat.Archive
	chats []chat.Chat
}

func (a archive) Chats() []chat.Chat { return a.chats }

func (e *engine) report(events ...flow.Event) {
	for _, x := range events {
		e.events <- x
	}
}

var half = flow.Counts{Done: 114_000_000, Total: 228_400_000, Messages: 7_000, Chats: 2, PerSecond: 1_100_000_000, Left: 1}

func (e *engine) tellRing(attempt int) {
	r := e.ring
	r.Attempt, r.Path = attempt, "/home/ana/msgstore.db.crypt15.keyring"
	e.report(r)
}

func (e *engine) Do(x flow.Effect) {
	e.mu.Lock()
	e.done = append(e.done, x)
	e.mu.Unlock()
	if e.reply != nil && e.reply(e, x) {
		return
	}
	switch x := x.(type) {
	case flow.FindBackups:
		f := flow.FoundBackups{Attempt: x.Attempt, Exact: e.exact}
		f.N = copy(f.Backups[:], e.found)
		e.report(f)
	case flow.OpenBackup:
		o := flow.Opened{Attempt: x.Attempt, Backup: e.backup}
		o.Backup.Path = x.Path
		o.NMethods = copy(o.Methods[:], e.methods)
		e.report(o)
	case flow.WatchKeys:
		k := flow.KeysSeen{Attempt: x.Attempt}
		k.N = copy(k.Devices[:], e.devices)
		e.report(k)
	case flow.ReadKey:
		e.report(flow.KeyRead{Attempt: x.Attempt, Tries: e.tries})
	case flow.SetPIN:
		e.report(flow.PINSet{Attempt: x.Attempt})
	case flow.ShowPage:
		e.report(flow.PageShown{Attempt: x.Attempt, OK: true})
	case flow.Unlock:
		if x.Web {
			e.address = "http://localhost:8417/#s3cret"
			e.report(flow.PageReady{Attempt: x.Attempt, Forward: e.forward, Display: true}, flow.Blinking{Attempt: x.Attempt, Gesture: 1})
			if e.noPage {
				return
			}
			e.report(flow.Tick{Attempt: x.Attempt, Elapsed: 5})
		} else if x.Kind == flow.ByPasskey {
			e.report(flow.Blinking{Attempt: x.Attempt}, flow.Tick{Attempt: x.Attempt, Elapsed: 1}, flow.Tick{Attempt: x.Attempt, Elapsed: 5}, flow.Tick{Attempt: x.Attempt, Elapsed: 10})
		}
		e.report(flow.Unlocked{Attempt: x.Attempt})
	case flow.VerifyBackup:
		e.report(flow.Progressed{Attempt: x.Attempt, Counts: half}, flow.Tick{Attempt: x.Attempt, Elapsed: 5}, flow.Verified(x))
	case flow.RestoreMessages:
		e.kept = true
		e.report(flow.Progressed{Attempt: x.Attempt, Counts: half}, flow.Tick{Attempt: x.Attempt, Elapsed: 6},
			flow.Restored{Attempt: x.Attempt, Counts: flow.Counts{Messages: 14_490, Chats: 3}, Media: 12, Millis: 2740})
	case flow.SaveMessages:
		e.report(flow.Saved{Attempt: x.Attempt, Result: flow.Result{
			Format: x.Format, Path: x.Path, Bytes: 9_400_000, Messages: 14_490, Chats: 3, Media: 12, Millis: 2740,
		}})
	case flow.WriteReceipt:
		e.report(flow.ReceiptWritten{Attempt: x.Attempt, Path: "/home/ana/x.receipt.txt"})
	case flow.AddWay:
		m := flow.MethodInfo{ID: fmt.Sprintf("new%d", e.ring.N+1), Kind: x.Kind, Label: x.Label, Created: day(2026, 5, 13)}
		e.ring.Ways[e.ring.N] = m
		e.ring.N++
		if x.Kind == flow.ByPasskey {
			for n := range flow.Gestures {
				e.report(flow.Blinking{Attempt: x.Attempt, Gesture: n + 1})
			}
		}
		e.tellRing(x.Attempt)
	case flow.CheckKept:
		e.report(flow.KeyKept(x))
	case flow.SaveRing:
		e.tellRing(x.Attempt)
	case flow.OpenRing:
		e.ring.N = copy(e.ring.Ways[:], e.methods[:2])
		e.tellRing(x.Attempt)
	case flow.TestWay:
		e.tellRing(x.Attempt)
	case flow.RenameWay:
		e.ring.Ways[1].Label = x.Label
		e.tellRing(x.Attempt)
	case flow.ResealRing:
		e.tellRing(x.Attempt)
	case flow.RemoveWay:
		e.ring.N--
		e.tellRing(x.Attempt)
	case flow.Forget:
		e.kept = false
	}
}

func did[E flow.Effect](e *engine) (last E, n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range e.done {
		if x, ok := x.(E); ok {
			last = x
			n++
		}
	}
	return last, n
}

// cleared reports whether the engine was told to stop, forget and leave, in
// this order and at the end.
func (e *engine) cleared() bool {
	n := len(e.done)
	if n < 3 {
		return false
	}
	_, stop := e.done[n-3].(flow.Stop)
	_, forget := e.done[n-2].(flow.Forget)
	_, leave := e.done[n-1].(flow.Leave)
	return stop && forget && leave
}

// session runs a whole session with all answers there from the start.
func session(t *testing.T, e *engine, answers string, change ...func(*Config)) (all string, results string, o flow.Outcome) {
	t.Helper()
	var both, out bytes.Buffer
	cfg := Config{
		Engine: e, In: strings.NewReader(answers), Out: io.MultiWriter(&both, &out), Err: &both,
		Now: func() time.Time { return now }, Location: time.UTC,
	}
	for _, f := range change {
		f(&cfg)
	}
	o, err := Guide(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if !e.cleared() {
		t.Errorf("the engine was left working: %v", e.done[max(len(e.done)-4, 0):])
	}
	return both.String(), out.String(), o
}

func inJSON(c *Config) { c.JSON = true }

// allWhys is every trouble of the flow; words.Troubles is held to the same.
var allWhys = []flow.Why{
	flow.NoKey, flow.WrongKey, flow.WrongPIN, flow.PINBlocked, flow.PINAuthBlocked, flow.PINNotSet, flow.KeyRemoved,
	flow.PINChange, flow.WrongFinger, flow.FingerBlocked, flow.NoSecret,
	flow.KeyBusy, flow.KeyRefused, flow.NoPermission, flow.NotSupported, flow.TimedOut, flow.WrongDigits, flow.WrongBackupKey,
	flow.WrongPassword, flow.KeyringAltered, flow.Damaged, flow.Changed, flow.NotABackup, flow.WhatsAppPasskey, flow.NotFound,
	flow.Exists, flow.NoSpace, flow.SaveRefused, flow.Cancelled, flow.Unexpected,
	flow.NoPRF, flow.NotVerified, flow.WrongPasskey, flow.NoAnswer, flow.BrowserRefused, flow.NotTrusted, flow.PageClosed,
	flow.PageTimedOut, flow.AlreadyAdded, flow.BadKeyFile,
	flow.HasKeyring, flow.NoKeyring, flow.NotKept, flow.BadRecip, flow.Unstable, flow.RingChanged,
}

func has(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("nothing says %q in\n%s", w, got)
		}
	}
}

func lacks(t *testing.T, got string, unwanted ...string) {
	t.Helper()
	if i := slices.IndexFunc(unwanted, func(u string) bool { return strings.Contains(got, u) }); i >= 0 {
		t.Errorf("%q is in\n%s", unwanted[i], got)
	}
}
