package tui

import (
	"context"
	"runtime"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"touchback/restore/flow"
	"touchback/tui/guide"
	"touchback/tui/preview"
	"touchback/tui/style"
	"touchback/tui/words"
)

// Model is the one tea.Model. It is used by pointer, so that a panic prints an
// address and not what is typed.
type Model struct {
	cfg   Config
	ctx   context.Context
	state flow.State
	ui    ui
	theme style.Theme

	w, h     int
	sized    chan struct{} // closed when the size is known, and then nil
	clusters bool          // the terminal draws grapheme clusters
	burst    burst
	beating  bool
	bell     bool   // it is to be rung
	saved    string // the name that Save offered last

	input   *wiping // nil where it is not ours to wipe
	outcome flow.Outcome
	left    bool
}

// Messages of the program's own.
type (
	eventsMsg []flow.Event // what the engine reported since the last
	endedMsg  struct{}     // the engine reports nothing any more
	softMsg   struct{}     // the drawn key changed
	beatMsg   struct{}     // time to draw what moves
	noticeMsg string       // words on what surrounds the restore
)

// newModel returns the model at its first screen. The effects of that are
// carried out by Init.
func newModel(ctx context.Context, cfg Config) *Model {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Location == nil {
		cfg.Location = time.Local
	}
	m := &Model{cfg: cfg, ctx: ctx, sized: make(chan struct{}), theme: style.New(cfg.ASCII), outcome: flow.Stopped}
	m.ui = ui{
		pin: newSecret(guide.MaxPIN), pass: newSecret(guide.MaxPassword), again: newSecret(guide.MaxPassword), digits: newDigits(),
		motion: !cfg.NoMotion, demoPIN: cfg.DemoPIN, private: cfg.Private,
		preview: preview.New(preview.Options{Theme: m.theme, Location: cfg.Location, Masked: cfg.Private}),
	}
	m.lookAtKey()
	return m
}

// Init starts the flow.
func (m *Model) Init() tea.Cmd {
	s, effects := flow.Begin(m.cfg.Goal, m.cfg.Path, m.cfg.Demo)
	if m.cfg.Home {
		s, effects = flow.GoHome()
	}
	m.state = s
	m.do(effects)
	return tea.Batch(tea.RequestBackgroundColor, m.next(), m.nextSoft(), m.beat())
}

// drain is how many reports are taken at once. More than one, so that a fast
// engine does not draw a frame for each; few enough that keys get their turn.
const drain = 256

// next waits for a report, and takes those that are there. There is always
// exactly one of it outstanding.
func (m *Model) next() tea.Cmd {
	ctx, events := m.ctx, m.cfg.Engine.Events()
	return func() tea.Msg {
		var out eventsMsg
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-events:
			if !ok {
				return endedMsg{}
			}
			out = append(out, e)
		}
		for len(out) < drain {
			select {
			case e, ok := <-events:
				if !ok {
					return out // the next one finds it closed
				}
				out = append(out, e)
			default:
				return out
			}
		}
		return out
	}
}

// nextSoft waits for a change of the drawn key.
func (m *Model) nextSoft() tea.Cmd {
	if m.cfg.SoftKey == nil {
		return nil
	}
	ctx, changed := m.ctx, m.cfg.SoftKey.Changed()
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case _, ok := <-changed:
			if !ok {
				return nil
			}
			return softMsg{}
		}
	}
}

func (m *Model) lookAtKey() {
	if k := m.cfg.SoftKey; k != nil {
		m.ui.soft = &softKey{plugged: k.Plugged(), waiting: k.Waiting()}
	}
}

// lookAtPage takes the address of a page while it is to be shown, and no longer.
func (m *Model) lookAtPage() {
	m.ui.address = ""
	if m.state.Screen == flow.Browser && m.state.Asking {
		m.ui.address = m.cfg.Engine.Address()
	}
}

// Update takes one message.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.ResumeMsg:
		cmd = tea.RequestBackgroundColor // it may be another terminal by now
	case tea.WindowSizeMsg:
		if m.sized != nil {
			close(m.sized)
			m.sized = nil
		}
		m.w, m.h = msg.Width, msg.Height
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && (msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet) {
			m.clusters = true
			m.ui.preview.SetClusters(true)
		}
	case tea.BackgroundColorMsg:
		m.theme = m.theme.On(msg.IsDark())
		m.ui.preview.SetTheme(m.theme)
	case tea.KeyPressMsg:
		if msg.String() == "ctrl+z" && m.cfg.Sizes == nil && runtime.GOOS != "windows" {
			return m, tea.Suspend
		}
		m.key(msg)
		if text, ok := m.ui.preview.Copied(); ok {
			cmd = tea.SetClipboard(text)
		}
	case tea.PasteMsg:
		m.paste(msg.Content)
	case tea.MouseClickMsg:
		if x, y, ok := m.inPreview(msg.X, msg.Y); ok && msg.Button == tea.MouseLeft {
			m.ui.preview.Click(x, y)
		}
	case tea.MouseWheelMsg:
		if x, _, ok := m.inPreview(msg.X, msg.Y); ok {
			m.ui.preview.Wheel(x, msg.Button == tea.MouseWheelUp)
		}
	case eventsMsg:
		for _, e := range msg {
			m.step(e)
		}
		cmd = m.next()
		m.lookAtPage()
	case endedMsg:
		m.left = true
	case noticeMsg:
		m.ui.notice = string(msg)
	case softMsg:
		m.lookAtKey()
		cmd = m.nextSoft()
	case beatMsg:
		m.beating = false
		m.ui.beat++
		if m.state.Screen == flow.Restore {
			m.ui.preview.Refresh()
			m.ui.preview.Seek()
		}
	}
	if m.left {
		return m, tea.Quit
	}
	if m.bell {
		m.bell = false
		cmd = tea.Batch(cmd, tea.Raw("\a"))
	}
	return m, tea.Batch(cmd, m.beat())
}

// How often what moves is drawn. Messages that stream in are no decoration, so
// they are drawn without motion too, only less often.
const (
	frame     = 33 * time.Millisecond
	slowFrame = 250 * time.Millisecond
	spinFrame = 100 * time.Millisecond
)

// beat asks for the next frame where something moves, and for none elsewhere.
func (m *Model) beat() tea.Cmd {
	if m.beating {
		return nil
	}
	var d time.Duration
	switch s := m.state; {
	case s.Screen == flow.Restore && (!s.Complete || m.ui.preview.Seeking()):
		d = frame
		if !m.ui.motion {
			d = slowFrame
		}
	case m.ui.motion && (s.Busy() || s.Asking):
		d = spinFrame
	default:
		return nil
	}
	m.beating = true
	return tea.Tick(d, func(time.Time) tea.Msg { return beatMsg{} })
}

// step takes one event through the flow.
func (m *Model) step(e flow.Event) {
	before := m.state
	s, effects := flow.Step(before, e)
	m.state = s
	m.do(effects)
	if s.Screen == flow.Touch && s.Asking && (!before.Asking || s.Gesture != before.Gesture) {
		m.bell = !m.cfg.Quiet // who looks at the key, or elsewhere, hears it
	}
	if s.Screen != before.Screen || s.Why != before.Why {
		m.arrive(before)
	}
	if s.Screen == flow.Restore {
		if a := m.cfg.Engine.Archive(); a != nil {
			m.ui.preview.SetArchive(a)
		}
		if s.Complete && !before.Complete {
			m.ui.preview.SetDone(true)
			m.ui.preview.Refresh()
			if m.ui.saveNext {
				m.step(flow.Enter{})
			}
		}
	}
}

func (m *Model) do(effects []flow.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case flow.Forget:
			m.ui.preview.SetArchive(nil)
		case flow.Leave:
			m.outcome, m.left = e.Outcome, true
		}
		m.cfg.Engine.Do(e)
	}
}

// arrive makes a new screen ready: nothing that was typed on the one before is
// left.
func (m *Model) arrive(before flow.State) {
	u := &m.ui
	u.pin.wipe()
	u.pass.wipe()
	if m.state.Screen != flow.Trouble || m.state.Why != flow.WrongDigits {
		if before.Screen != flow.Trouble || m.state.Screen != flow.Key {
			u.digits.wipe()
		}
	}
	u.note, u.confirm, u.help, u.saveNext = "", false, false, false
	// Where nothing was found there is nothing to choose from: another path is
	// asked for.
	u.offer(m.state)
	u.typing = m.state.Screen == flow.Find && !m.state.Looking && m.state.NBackups == 0
	if m.state.Screen == flow.Key {
		u.path.set("")
	}
	m.lookAtPage()
	u.retry = m.state.Screen == flow.PIN && (u.retry || before.Why == flow.WrongPIN)
	m.lookAtKey()
	switch {
	case m.state.Screen == flow.Trouble && m.state.Why == flow.WrongPIN:
		u.retry = true
	case m.state.Screen == flow.Connect && m.state.Reading:
		u.retry = before.Why == flow.WrongPIN
	case m.state.Screen == flow.Save:
		m.offerName(before)
	}
}

// offerName puts a name into the field of Save: that of the backup, or, where
// the file was there already, the same with a number.
func (m *Model) offerName(before flow.State) {
	e := &m.ui.save
	base := m.state.Backup.SaveBase
	if base == "" {
		base = "messages"
	}
	switch {
	case before.Why == flow.Exists:
		e.set(guide.Another(e.String()))
	case before.Screen == flow.Trouble, before.Screen == flow.Save:
		return // what was typed stays
	default:
		e.set(base + guide.Extension(m.format()))
	}
	m.saved = e.String()
}

func (m *Model) format() flow.Format {
	return flow.Formats[min(max(m.state.Choice, 0), len(flow.Formats)-1)]
}

// View draws the screen.
func (m *Model) View() tea.View {
	sc := m.scene()
	v := tea.NewView(strings.Join(sc.lines(), "\n"))
	v.AltScreen = true
	v.WindowTitle = sc.title()
	if m.state.Screen == flow.Restore {
		// Elsewhere there is text to be selected, such as an address.
		v.MouseMode = tea.MouseModeCellMotion
	}
	switch s := m.state; s.Screen {
	case flow.Verify, flow.Restore, flow.Save:
		if s.Busy() && s.Progress.Total > 0 {
			v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, percent(s.Progress))
		}
	}
	return v
}

// inPreview turns a cell of the window into one of the preview, where that is
// shown.
func (m *Model) inPreview(x, y int) (px, py int, ok bool) {
	sc := m.scene()
	px, py = x-sc.margin()+1, y-len(sc.top())
	return px, py, m.state.Screen == flow.Restore && !m.ui.help && py >= 0 && y < m.h-sc.foot()
}

func (m *Model) scene() *scene {
	method := ansi.WcWidth
	if m.clusters {
		method = ansi.GraphemeWidth
	}
	return &scene{
		s: m.state, ui: &m.ui, w: m.w, h: m.h, th: m.theme,
		now: m.cfg.Now().In(m.cfg.Location), method: method,
	}
}

// title is that of the window: where the person is, and nothing of a backup.
func (sc *scene) title() string {
	said := sc.markWords()
	t := words.Name + words.TitleSep + said[sc.s.Mark()]
	if sc.s.Screen == flow.Home {
		t = words.Name
	}
	if sc.s.Busy() && sc.s.Progress.Total > 0 && sc.s.Mark() >= flow.MarkVerify {
		t += say(" %d %%", percent(sc.s.Progress))
	}
	return sc.th.Say(t)
}
