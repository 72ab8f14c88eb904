package tui

import (
	"strings"
	"time"

	"touchback/keys"
	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/tui/words"
)

// A place is a screen with all that it is drawn from.
type place struct {
	name string
	s    flow.State
	with func(*Model)
}

func unix(y int, m time.Month, d, h int) int64 {
	return time.Date(y, m, d, h, 12, 0, 0, time.UTC).Unix()
}

// base is a state in which everything is known.
func base(at flow.Screen) flow.State {
	s, _ := flow.Start("", false)
	s.Screen, s.Looking = at, false
	s.Backups[0] = flow.Found{Path: "/home/ana/msgstore.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: unix(2026, 5, 12, 9), Size: 228_400_000, Protected: "passkeys"}
	s.Backups[1] = flow.Found{Path: "/home/ana/old/msgstore.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: unix(2025, 11, 2, 2), Size: 191_000_000, Protected: "64-digit key"}
	s.Backups[2] = flow.Found{Path: "/home/ana/msgstore-2026-05-11.1.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: unix(2026, 5, 11, 2), Size: 227_900_000, Protected: "64-digit key", Older: true}
	s.Backups[3] = flow.Found{Path: "/home/ana/msgstore-2026-05-10.1.db.crypt15", App: "WhatsApp", Format: "crypt15", Modified: unix(2026, 5, 10, 2), Size: 227_800_000, Protected: "64-digit key", Older: true}
	s.NBackups = 4
	s.Backup = flow.BackupInfo{
		Path: "/home/ana/msgstore.db.crypt15", Format: "crypt15", Size: 228_400_000, Modified: unix(2026, 5, 12, 9),
		AppVersion: "2.26.18.75", Device: "Pixel 9", NumberEnds: "67", Keyring: "/home/ana/msgstore.db.crypt15.keyring", SaveBase: "/home/ana/whatsapp-2026-05-12",
	}
	s.Methods[0] = flow.MethodInfo{ID: "a", Kind: flow.ByPasskey, Label: "Ana's YubiKey 5C", Created: unix(2026, 3, 3, 9), Tested: unix(2026, 5, 2, 9)}
	s.Methods[1] = flow.MethodInfo{ID: "b", Kind: flow.ByPasskey, Label: "Blue key", Created: unix(2026, 3, 3, 9)}
	s.Methods[2] = flow.MethodInfo{ID: "c", Kind: flow.ByPassword, Created: unix(2026, 3, 3, 9)}
	s.Methods[3] = flow.MethodInfo{Kind: flow.ByKey}
	s.NMethods = 4
	s.Devices[0] = flow.Device{Path: "/dev/hidraw3", Product: "YubiKey FIDO+CCID"}
	s.Devices[1] = flow.Device{Path: "/dev/hidraw5", Product: "Nitrokey 3"}
	s.NDevices, s.Scanned = 2, true
	s.Device = s.Devices[0]
	s.Tries = 8
	return s
}

func in(w flow.Why, change ...func(*flow.State)) flow.State {
	s := base(flow.Trouble)
	s.Why = w
	switch w {
	case flow.WrongDigits, flow.WrongBackupKey:
		s.Method = 3
	case flow.WrongPassword:
		s.Method = 2
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func state(at flow.Screen, change ...func(*flow.State)) flow.State {
	s := base(at)
	for _, f := range change {
		f(&s)
	}
	return s
}

var halfway = flow.Counts{Done: 81_000_000, Total: 228_400_000, Messages: 412_388, Chats: 37, PerSecond: 1_100_000_000, Left: 1}

func detail(d string) func(*flow.State) { return func(s *flow.State) { s.Detail = d } }

// places are one of every kind of screen.
func places() []place {
	soft := func(plugged, waiting bool) func(*Model) {
		return func(m *Model) { m.ui.soft = &softKey{plugged, waiting}; m.ui.demoPIN = "123456" }
	}
	address := func(m *Model) { m.ui.address = "http://localhost:41873/#Qm9vbSBzaGFrYSBsYWthLCBib29tIHNoYWthIGxha2E" }
	ps := []place{
		{"find", base(flow.Find), nil},
		{"find-unfolded", state(flow.Find, func(s *flow.State) { s.Choice = 2 }), func(m *Model) { m.ui.unfolded = true }},
		{"find-looking", state(flow.Find, func(s *flow.State) { s.Looking, s.NBackups = true, 0; s.Asked = "/media/phone/WhatsApp" }), nil},
		{"find-typing", base(flow.Find), func(m *Model) { m.ui.typing = true; m.ui.path.set("/media/phone") }},
		{"backup", base(flow.Backup), nil},
		{"backup-many", state(flow.Backup, func(s *flow.State) {
			for s.NMethods = range keys.MaxMethods {
				s.Methods[s.NMethods] = flow.MethodInfo{ID: "x", Kind: flow.ByPasskey, Label: "one of many", Created: unix(2026, 3, 3, 9)}
			}
		}), nil},
		{"backup-increments", state(flow.Backup, func(s *flow.State) { s.Backup.Increments = 3 }), nil},
		{"backup-reading", state(flow.Backup, func(s *flow.State) { s.Looking = true }), nil},
		{"method", base(flow.Method), nil},
		{"connect", state(flow.Connect, func(s *flow.State) { s.NDevices = 0; s.Elapsed = 4 }), nil},
		{"connect-reading", state(flow.Connect, func(s *flow.State) { s.Reading = true }), nil},
		{"connect-demo", state(flow.Connect, func(s *flow.State) { s.NDevices = 0; s.Elapsed = 4 }), soft(false, false)},
		{"choose", base(flow.Choose), nil},
		{"choose-blinking", state(flow.Choose, func(s *flow.State) { s.Asking = true }), nil},
		{"pin", base(flow.PIN), func(m *Model) { m.ui.pin.add("1234") }},
		{"pin-demo", base(flow.PIN), soft(true, false)},
		{"pin-few", state(flow.PIN, func(s *flow.State) { s.Tries = 2 }), func(m *Model) { m.ui.pin.add("123456"); m.ui.confirm = true }},
		{"pin-stray", base(flow.PIN), func(m *Model) { m.ui.note = words.PinStray }},
		{"new-pin", base(flow.NewPIN), func(m *Model) { m.ui.pin.add("1234") }},
		{"new-pin-again", base(flow.NewPIN), func(m *Model) { m.ui.pin.add("123456"); m.ui.again.add("123"); m.ui.second = true }},
		{"new-pin-differs", base(flow.NewPIN), func(m *Model) { m.ui.note = words.NewPINDiffer }},
		{"new-pin-setting", state(flow.NewPIN, func(s *flow.State) { s.Asking = true }), nil},
		{"touch", state(flow.Touch, func(s *flow.State) { s.Asking, s.Elapsed = true, 7 }), nil},
		{"touch-finger", state(flow.Touch, func(s *flow.State) { s.Asking, s.Elapsed, s.Finger, s.Tries = true, 7, true, 3 }), nil},
		{"touch-finger-last", state(flow.Touch, func(s *flow.State) { s.Asking, s.Elapsed, s.Finger, s.Tries = true, 7, true, 1 }), nil},
		{"touch-before", base(flow.Touch), nil},
		{"touch-demo", state(flow.Touch, func(s *flow.State) { s.Asking, s.Elapsed = true, 7 }), soft(true, true)},
		{"connect-web", state(flow.Connect, func(s *flow.State) { s.NDevices, s.Elapsed, s.Methods[0].Web = 0, 4, true }), nil},
		{"method-phone", state(flow.Method, func(s *flow.State) {
			s.Methods[1].Label, s.Methods[1].Web, s.Methods[1].WebOnly = "Pixel 9", true, true
		}), nil},
		{"browser-starting", state(flow.Browser), nil},
		{"browser", state(flow.Browser, func(s *flow.State) { s.Asking, s.Elapsed, s.Page.Display = true, 12, true }), address},
		{"browser-opened", state(flow.Browser, func(s *flow.State) {
			s.Asking, s.Elapsed, s.Page.Display, s.Page.Opened = true, 12, true, true
		}), address},
		{"browser-ssh", state(flow.Browser, func(s *flow.State) {
			s.Asking, s.Elapsed, s.Page.Forward = true, 12, "ssh -L 8417:localhost:8417 ana@192.0.2.7"
		}), address},
		{"find-nothing", state(flow.Find, func(s *flow.State) { s.NBackups = 0 }), func(m *Model) { m.ui.typing = true }},
		{"key-file", state(flow.Key, func(s *flow.State) { s.Method = 3 }), func(m *Model) { m.ui.typing = true; m.ui.path.set("~/key.txt") }},
		{"password", state(flow.Password, func(s *flow.State) { s.Method = 2 }), func(m *Model) { m.ui.pass.add("correct horse") }},
		{"password-trying", state(flow.Password, func(s *flow.State) { s.Method, s.Asking = 2, true }), nil},
		{"key", state(flow.Key, func(s *flow.State) { s.Method = 3 }), nil},
		{"key-wrong", state(flow.Key, func(s *flow.State) { s.Method = 3 }), func(m *Model) { m.ui.digits.add("8f14 e45f cee1 67a5 a36d edo4 bea2 54") }},
		{"key-complete", state(flow.Key, func(s *flow.State) { s.Method = 3 }), func(m *Model) { m.ui.digits.add(strings.Repeat("8f14 e45f cee1 67a5 ", 4)) }},
		{"verify", state(flow.Verify, func(s *flow.State) { s.Progress = halfway }), nil},
		{"mending", state(flow.Verify, func(s *flow.State) { s.Method, s.Mend, s.Progress = 3, true, flow.Counts{Left: -1} }), nil},
		{"verify-mended", state(flow.Verify, func(s *flow.State) { s.Method, s.Digit, s.Progress = 3, 37, halfway }), nil},
		{"trouble-one-digit", in(flow.WrongBackupKey, func(s *flow.State) { s.Mend = true }), nil},
		{"trouble-not-one-digit", in(flow.WrongBackupKey, detail("no key of them opens it")), nil},
		{"restore", state(flow.Restore, func(s *flow.State) { s.Progress = halfway }), nil},
		{"restore-empty", state(flow.Restore, func(s *flow.State) { s.Progress = flow.Counts{Left: -1} }), func(m *Model) { m.ui.preview.SetArchive(nil) }},
		{"restore-reading", state(flow.Restore, func(s *flow.State) { s.Progress = halfway }), func(m *Model) { m.ui.preview.Key("tab", "") }},
		{"restore-masked", state(flow.Restore, func(s *flow.State) { s.Progress = halfway }), func(m *Model) { m.ui.preview.Key("m", "m") }},
		{"restore-complete", state(flow.Restore, func(s *flow.State) {
			s.Complete = true
			s.Progress = flow.Counts{Done: 228_400_000, Total: 228_400_000, Messages: 1_188_209, Chats: 37}
			s.Result = flow.Result{Messages: 1_188_209, Chats: 37}
		}), func(m *Model) { m.ui.preview.SetDone(true) }},
		{"save", base(flow.Save), func(m *Model) { m.ui.save.set("/home/ana/whatsapp-2026-05-12.jsonl") }},
		{"saving", state(flow.Save, func(s *flow.State) {
			s.Saving = true
			s.Progress = flow.Counts{Done: 640_000, Total: 1_188_209, PerSecond: 410_000, Left: 1}
			s.Result.Path = "/home/ana/whatsapp-2026-05-12.jsonl"
		}), nil},
		{"done", state(flow.Done, func(s *flow.State) {
			s.Result = flow.Result{Format: flow.JSONL, Path: "/home/ana/whatsapp-2026-05-12.jsonl", Bytes: 412_000_000, Messages: 1_188_209, Chats: 37, Media: 20_411, Millis: 2_740}
		}), nil},
		{"done-increments", state(flow.Done, func(s *flow.State) {
			s.Result = flow.Result{Format: flow.JSONL, Path: "/home/ana/whatsapp-2026-05-12.jsonl", Bytes: 412_000_000, Messages: 1_188_209, Chats: 37, Media: 20_411, Millis: 2_740,
				Merged: flow.Merged{Increments: 3, Added: 412, Changed: 17, LeftOut: 1}}
		}), nil},
		{"done-receipt", state(flow.Done, func(s *flow.State) {
			s.Result = flow.Result{Format: flow.JSONL, Path: "/home/ana/whatsapp-2026-05-12.jsonl", Bytes: 412_000_000, Messages: 1_188_209, Chats: 37, Millis: 2_740}
			s.Receipt = "/home/ana/whatsapp-2026-05-12.jsonl.receipt.txt"
		}), nil},
		{"done-no-receipt", state(flow.Done, func(s *flow.State) {
			s.Result = flow.Result{Format: flow.JSONL, Path: "/home/ana/whatsapp-2026-05-12.jsonl", Bytes: 412_000_000, Messages: 1_188_209, Chats: 37, Millis: 2_740}
			s.Receiptless = flow.Exists
		}), nil},
		{"left", base(flow.Left), nil},
		{"help", base(flow.Restore), func(m *Model) { m.ui.help = true }},
		{"trouble-no-key-demo", in(flow.NoKey), soft(false, false)},
		{"trouble-cancelled-complete", in(flow.Cancelled, func(s *flow.State) { s.Complete = true }), nil},
	}
	details := map[flow.Why]string{
		flow.BadRecip: "only post-quantum age recipients (age1pq1…) can be added", flow.BadKeyFile: "not a key file of WhatsApp's", flow.BrowserRefused: "the passkey does not belong to localhost",
		flow.KeyRefused: "operation denied", flow.NotABackup: "The file starts like a ZIP archive", flow.NotFound: "/media/phone/WhatsApp",
		flow.SaveRefused: "permission denied", flow.Unexpected: "the helper process ended", flow.Damaged: "Byte 1,048,576 of 228 MB is where it was noticed",
	}
	ps = append(ps, lockPlaces()...)
	for w := range words.Troubles {
		ps = append(ps, place{"trouble-" + strings.ReplaceAll(string(w), " ", "-"), in(w, detail(details[w]), func(s *flow.State) {
			switch w {
			case flow.BadRecip, flow.NotKept, flow.Unstable, flow.AlreadyAdded:
				*s = ring(flow.Locking, flow.Trouble, 1, adds(newKey), detail(s.Detail), func(s *flow.State) { s.Why = w })
				if w == flow.NotKept {
					s.Task = flow.Opening
				}
			case flow.WrongPIN:
				s.Tries = 3
			case flow.WrongDigits:
				s.Group = 6
			case flow.Exists:
				s.Result.Path = "/home/ana/whatsapp-2026-05-12.jsonl"
				s.Complete = true
			}
		}), nil})
	}
	return ps
}

// show puts a model at a place.
func (d *driver) show(p place) {
	d.state = p.s
	if p.s.Screen == flow.Restore || p.s.Screen == flow.Trouble {
		d.ui.preview.SetArchive(talk())
	}
	if p.with != nil {
		p.with(d.Model)
	}
}

// talk is the archive of the drawings.
func talk() *fakeArchive {
	a := &fakeArchive{messages: map[int64][]chat.Message{}}
	add := func(row int64, name string, n int) {
		a.chats = append(a.chats, chat.Chat{Row: row, Name: name, JID: "41790000018@s.whatsapp.net", Messages: int64(n)})
		a.count(row, n)
	}
	for i, c := range []struct {
		name string
		n    int
	}{
		{"Ana Silva", 0}, {"Hiking club", 5377}, {"+41 79 555 01 18", 2040}, {"Mamá", 1977}, {"محمد", 912}, {"Work", 880}, {"👩‍🚀 Space 🇨🇭", 640},
		{"日本の友達", 512}, {"Book swap", 433}, {"Família", 410}, {"שכנים", 402}, {"Plumber", 71}, {"Landlord", 64}, {"Choir 🎶", 60},
		{"Sushi Friday", 58}, {"Bike shop", 31}, {"Dr. Okafor", 22}, {"Parents 4b", 20}, {"Gate code", 4},
	} {
		add(int64(i+1), c.name, c.n)
	}
	day := func(d, h, m int) time.Time { return time.Date(2026, 5, d, h, m, 0, 0, time.UTC) }
	ana := chat.Person{Name: "Ana", JID: "4179@s.whatsapp.net"}
	a.messages[1] = []chat.Message{
		{Row: 1, Time: day(11, 8, 1), Type: chat.SystemT, System: &chat.System{Text: "Messages are end-to-end encrypted."}},
		{Row: 2, Time: day(11, 20, 15), FromMe: true, Type: chat.Text, Text: "Is the hut booked?", Status: chat.StatusRead},
		{Row: 3, Time: day(11, 20, 17), Sender: ana, Type: chat.Text, Text: "Yes, for four. I paid the deposit."},
		{Row: 4, Time: day(12, 9, 41), Sender: ana, Type: chat.Text, Text: "Are we still on for tomorrow? The forecast says rain after four."},
		{Row: 5, Time: day(12, 9, 43), FromMe: true, Type: chat.Text, Text: "Yes! Bring the big umbrella ☂️", Status: chat.StatusRead,
			Reactions: []chat.Reaction{{Sender: ana, Emoji: "👍"}, {FromMe: true, Emoji: "👍"}}},
		{Row: 6, Time: day(12, 9, 44), Sender: ana, Type: chat.Image, Quoted: &chat.Quoted{Text: "Bring the big umbrella ☂️", FromMe: true, Type: chat.Text},
			Media: &chat.Media{Bytes: 1_240_000, Caption: "this one?"}},
		{Row: 7, Time: day(12, 9, 44), Sender: ana, Type: chat.Text, Text: "تمام، أراك غدا"},
		{Row: 8, Time: day(12, 9, 50), FromMe: true, Type: chat.Text, Text: "That one 👨‍👩‍👧", Status: chat.StatusDelivered, Edited: day(12, 9, 51)},
	}
	return a
}
