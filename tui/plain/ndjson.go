package plain

import (
	"time"

	"touchback/keys/browser"
	"touchback/restore/chat"
	"touchback/restore/flow"
	"touchback/tui/display"
	"touchback/tui/style"
	"touchback/tui/words"
)

// progressEvery bounds how often progress is an event.
const progressEvery = 250 * time.Millisecond

// ndjson tells the flow as JSON, an event a line. docs/json.md describes it;
// what stands there is kept.
type ndjson struct {
	cfg  Config
	g    *guided
	th   style.Theme
	fail error
	last time.Time // of the last progress
}

func newNDJSON(cfg Config, g *guided) *ndjson {
	return &ndjson{cfg: cfg, g: g, th: g.tell.th}
}

func (v *ndjson) emit(e any) {
	if v.fail == nil {
		v.fail = JSON(v.cfg.Out, e)
	}
}

// The events. Each is told by its first member.
type (
	screenEvent struct {
		Screen  flow.Screen `json:"screen"`
		Step    int         `json:"step"`               // 1 to Steps
		Steps   int         `json:"steps"`              // 6
		Goal    flow.Goal   `json:"goal,omitempty"`     // "lock" or "keys"
		Busy    bool        `json:"busy"`               // work is under way, no answer is needed
		Blinks  bool        `json:"blinking,omitempty"` // Touch: from now on; Choose: all of them
		Finger  bool        `json:"finger,omitempty"`   // Touch: with one that is enrolled
		Whole   bool        `json:"complete,omitempty"` // Restore: every message is there
		Why     flow.Why    `json:"why,omitempty"`
		Title   string      `json:"title"`
		Text    []string    `json:"text,omitempty"`
		Choices []choiceOut `json:"choices,omitempty"`
		Picked  int         `json:"picked,omitempty"` // number of the choice that is preselected
		Answers []verb      `json:"answers"`          // what means something now

		Backup *backupOut `json:"backup,omitempty"`
		Method *methodOut `json:"method,omitempty"` // the one that was chosen
		Device string     `json:"device,omitempty"`
		Page   *pageOut   `json:"page,omitempty"`    // Browser
		Ways   []wayOut   `json:"ways,omitempty"`    // what opens the keyring so far
		Kept   bool       `json:"kept,omitempty"`    // and so does the 64-digit key
		Touch  int        `json:"gesture,omitempty"` // which of three, where a passkey is added
		Tries  *int       `json:"tries,omitempty"`   // PIN tries left, where known
		Group  int        `json:"group,omitempty"`   // of the 64 digits that is wrong, 1 to 16
		Typo   *typoOut   `json:"mistyped,omitempty"`
		Detail string     `json:"detail,omitempty"`
		Label  string     `json:"label,omitempty"` // Name: offered
		Path   string     `json:"path,omitempty"`  // Save: offered; elsewhere: what it is about
		Result *resultOut `json:"result,omitempty"`

		Receipt   string   `json:"receipt,omitempty"`    // Done: where it was written
		NoReceipt flow.Why `json:"no_receipt,omitempty"` // Done: why it was not
	}
	choiceOut struct {
		Choose int    `json:"choose"`
		ID     string `json:"id"`
		Text   string `json:"text"`
	}
	backupOut struct {
		Path       string `json:"path"`
		Format     string `json:"format"`
		Size       int64  `json:"size"`
		Modified   string `json:"modified"`
		AppVersion string `json:"app_version,omitempty"`
		Device     string `json:"device_model,omitempty"`
		NumberEnds string `json:"jid_suffix,omitempty"`
		Passkey    bool   `json:"whatsapp_passkey"`
		Keyring    string `json:"keyring,omitempty"`
		Increments int    `json:"increments,omitempty"` // that lie beside it
	}
	methodOut struct {
		ID    string          `json:"id"`
		Kind  flow.MethodKind `json:"kind"`
		Label string          `json:"label,omitempty"`
	}
	wayOut struct {
		ID      string          `json:"id"`
		Kind    flow.MethodKind `json:"kind"`
		Label   string          `json:"label"`
		Created string          `json:"created,omitempty"`
		Tested  string          `json:"tested,omitempty"`
	}
	pageOut struct {
		Address string `json:"address"`
		Forward string `json:"forward,omitempty"` // what to type on the person's own machine
		Within  bool   `json:"within,omitempty"`  // instead of the line that this connection was made with
		Display bool   `json:"display"`           // a browser can be opened here
	}
	typoOut struct {
		Digit int `json:"digit"` // 1 to 64
		Group int `json:"group"` // 1 to 16
	}
	resultOut struct {
		Format   flow.Format `json:"format,omitempty"` // these three once it is saved
		Path     string      `json:"path,omitempty"`
		Bytes    int64       `json:"bytes,omitempty"`
		Messages int64       `json:"messages"`
		Chats    int64       `json:"chats"`
		Media    int64       `json:"media"`
		Millis   int64       `json:"milliseconds"`
		Merged   *mergedOut  `json:"merged,omitempty"`
	}
	mergedOut struct {
		Increments int   `json:"increments"`
		Added      int64 `json:"added"`
		Changed    int64 `json:"changed"`
		LeftOut    int   `json:"left_out"` // increments that could not be read
		Beyond     int   `json:"beyond"`   // and those the file saved has no part of
	}
	waitingEvent struct {
		Waiting string `json:"waiting"` // "key" or "touch"
		Elapsed int    `json:"elapsed"` // seconds
		Limit   int    `json:"limit"`
	}
	progressEvent struct {
		Progress  flow.Screen `json:"progress"`
		Done      int64       `json:"done"`
		Total     int64       `json:"total"`
		Messages  int64       `json:"messages"`
		Chats     int64       `json:"chats"`
		PerSecond int64       `json:"per_second"`
		Left      *int64      `json:"left"` // seconds, or null
	}
	chatEvent struct {
		Chat     string `json:"chat"` // its name
		Row      int64  `json:"row"`
		Group    bool   `json:"group"`
		Messages int64  `json:"messages"`
	}
	errorEvent struct {
		Error string `json:"error"` // a code
		Text  string `json:"text"`
	}
	outcomeEvent struct {
		Outcome flow.Outcome `json:"outcome"`
	}
)

func (v *ndjson) show(p page, s flow.State) {
	if s.Screen == flow.Left {
		return // the outcome says it
	}
	v.last = time.Time{}
	e := screenEvent{
		Screen: s.Screen, Step: int(s.Mark()) + 1, Steps: s.Steps(), Goal: s.Goal,
		Busy: p.ask == askNothing, Blinks: s.Asking && (s.Screen == flow.Touch || s.Screen == flow.Choose), Finger: s.Finger && s.Screen == flow.Touch, Whole: s.Complete && s.Screen == flow.Restore, Why: s.Why, Title: v.th.Say(p.title), Answers: v.answers(p, s),
	}
	for _, l := range p.lines {
		e.Text = append(e.Text, v.th.Say(l))
	}
	for i, c := range p.choices {
		e.Choices = append(e.Choices, choiceOut{i + 1, c.id, v.th.Say(c.text)})
		e.Picked = p.picked + 1
	}
	v.facts(&e, s)
	v.emit(e)
}

// facts adds what the flow knows, exactly as it is.
func (v *ndjson) facts(e *screenEvent, s flow.State) {
	if s.Open {
		e.Ways, e.Kept = waysOut(s), s.Kept
		if s.Task == flow.Adding {
			e.Touch = s.Gesture
		}
	}
	if m := s.Chosen(); s.Task != flow.Opening || s.Mark() >= flow.MarkTouch && s.NMethods > 0 && !s.Open {
		e.Method = &methodOut{m.ID, m.Kind, m.Label}
		if m.Kind == flow.ByKey {
			e.Method.ID = keyMethodID
		}
	}
	if s.Digit > 0 {
		e.Typo = &typoOut{s.Digit, words.DigitGroup(s.Digit)}
	}
	switch s.Screen {
	case flow.Find:
		e.Path = s.Asked
	case flow.Backup:
		e.Path = s.Backup.Path
		if b := s.Backup; !s.Looking {
			e.Path = ""
			e.Backup = &backupOut{
				Path: b.Path, Format: b.Format, Size: b.Size, AppVersion: b.AppVersion, Device: b.Device,
				NumberEnds: b.NumberEnds, Passkey: b.Passkey, Keyring: b.Keyring, Increments: b.Increments,
				Modified: time.Unix(b.Modified, 0).UTC().Format(time.RFC3339),
			}
		}
	case flow.Connect, flow.PIN, flow.NewPIN, flow.Touch:
		e.Device = s.Device.Product
	case flow.Browser:
		if s.Asking {
			e.Page = &pageOut{v.cfg.Engine.Address(), s.Page.Forward, s.Page.Within, s.Page.Display}
		}
	case flow.Save:
		e.Path = v.g.offered(flow.Formats[s.Choice])
		if s.Saving {
			e.Path = s.Result.Path
		}
	case flow.Name:
		e.Label = nameOffered(s)
	case flow.Locked:
		e.Path = s.Result.Path
	case flow.Done:
		e.Result = result(s.Result)
		e.Receipt, e.NoReceipt = s.Receipt, s.Receiptless
	case flow.Restore:
		if s.Complete {
			e.Result = result(s.Result)
		}
	case flow.Trouble:
		e.Detail, e.Group = s.Detail, s.Group
		switch s.Why {
		case flow.Exists, flow.NoSpace, flow.SaveRefused:
			e.Path = s.Result.Path
		case flow.NotFound:
			e.Path = s.Asked
		}
	}
	tries := s.Screen == flow.PIN || s.Screen == flow.Touch && s.Finger || s.Why == flow.WrongPIN || s.Why == flow.WrongFinger || s.Why == flow.PINBlocked
	if tries && s.Tries >= 0 {
		e.Tries = &s.Tries
	}
}

func waysOut(s flow.State) []wayOut {
	var out []wayOut
	date := func(unix int64) string {
		if unix == 0 {
			return ""
		}
		return time.Unix(unix, 0).UTC().Format(time.RFC3339)
	}
	for _, m := range s.Ways[:s.NWays] {
		out = append(out, wayOut{m.ID, m.Kind, m.Label, date(m.Created), date(m.Tested)})
	}
	return out
}

func result(r flow.Result) *resultOut {
	out := &resultOut{r.Format, r.Path, r.Bytes, r.Messages, r.Chats, r.Media, r.Millis, nil}
	if m := mergedOut(r.Merged); m != (mergedOut{}) {
		out.Merged = &m
	}
	return out
}

// answers are what means something at a place, whatever the flow makes of it.
func (v *ndjson) answers(p page, s flow.State) []verb {
	out := []verb{}
	switch p.ask {
	case askChoice:
		out = append(out, sayChoose)
	case askPIN, askNewPIN:
		out = append(out, sayPIN)
	case askPassword:
		out = append(out, sayPassword)
	case askDigits:
		out = append(out, sayKey)
	case askName:
		out = append(out, sayName)
	case askNewPass:
		out = append(out, sayPassword)
	case askRecipient:
		out = append(out, sayRecipient)
	case askKept:
		out = append(out, sayKept)
	case askSave:
		out = append(out, saySave)
	}
	if p.orPath {
		out = append(out, sayPath)
	}
	for _, c := range []struct {
		v verb
		e flow.Event
	}{{sayBack, flow.Back{}}, {sayAgain, flow.Again{}}, {sayOther, flow.OtherWay{}}, {sayBrowser, flow.InBrowser{}}} {
		if next, _ := flow.Step(s, c.e); next != s {
			out = append(out, c.v)
		}
	}
	if s.Screen == flow.Browser && s.Asking && s.Page.Display {
		out = append(out, sayOpen)
	}
	for _, c := range []verb{sayTouch, sayPlug, sayUnplug} {
		if v.g.keyAnswer(c) {
			out = append(out, c)
		}
	}
	return append(out, sayQuit)
}

func (v *ndjson) again(p page, s flow.State) { v.show(p, s) }

func (v *ndjson) chats(all []chat.Chat) {
	for _, c := range all {
		name := c.Name
		if v.cfg.Private {
			name = display.Clean(name).Mask(v.th.Mask).String()
		}
		v.emit(chatEvent{name, c.Row, c.Group, c.Messages})
	}
}

func (v *ndjson) beat(s flow.State, tick bool) {
	switch {
	case v.cfg.Quiet:
	case tick && s.Screen == flow.Connect && !s.Reading:
		v.emit(waitingEvent{"key", s.Elapsed, flow.ConnectLimit})
	case tick && s.Screen == flow.Touch && s.Asking:
		v.emit(waitingEvent{"touch", s.Waited(), flow.TouchLimit})
	case tick && s.Screen == flow.Browser && s.Asking:
		v.emit(waitingEvent{"page", s.Elapsed, int(browser.DefaultTimeout.Seconds())})
	case s.Screen != flow.Verify && s.Screen != flow.Restore && s.Screen != flow.Save:
	default:
		now := v.cfg.Now()
		if now.Sub(v.last) < progressEvery {
			return
		}
		v.last = now
		c := s.Progress
		e := progressEvent{Progress: s.Screen, Done: c.Done, Total: c.Total, Messages: c.Messages, Chats: c.Chats, PerSecond: c.PerSecond}
		if c.Left >= 0 {
			e.Left = &c.Left
		}
		v.emit(e)
	}
}

func (v *ndjson) complain(e *answerError) { v.emit(errorEvent{e.code, v.th.Say(e.words)}) }

func (v *ndjson) note(string) {}
func (v *ndjson) heard()      {}

func (v *ndjson) parse(b []byte, _ page, _ flow.State) (answer, error) { return parseAnswer(b) }

func (v *ndjson) patient() bool { return false }

func (v *ndjson) end(o flow.Outcome) { v.emit(outcomeEvent{o}) }

func (v *ndjson) err() error { return v.fail }
