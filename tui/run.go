package tui

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"touchback/restore/flow"
)

// maxFPS is how often the screen is drawn at most.
const maxFPS = 30

// Run guides one restore in the terminal and returns how it ended. It needs a
// terminal: without one, use package plain. When ctx ends, so does the restore,
// as if the person had left.
func Run(ctx context.Context, cfg Config) (flow.Outcome, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m := newModel(ctx, cfg)
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(maxFPS)}
	if cfg.Input != nil {
		m.input = newWiping(cfg.Input)
		opts = append(opts, tea.WithInput(nothing{ctx}))
	} else if runtime.GOOS != "windows" { // there it is no file that is read, but a console
		m.input = newWiping(os.Stdin)
		opts = append(opts, tea.WithInput(wipingFile{os.Stdin, m.input}))
	}
	if cfg.Output != nil {
		opts = append(opts, tea.WithOutput(cfg.Output))
	}
	if cfg.Environ != nil {
		opts = append(opts, tea.WithEnvironment(cfg.Environ))
	}
	if cfg.Sizes != nil {
		opts = append(opts, tea.WithoutSignalHandler(), tea.WithColorProfile(colorprofile.Env(cfg.Environ)))
		select {
		case <-ctx.Done():
		case s := <-cfg.Sizes:
			opts = append(opts, tea.WithWindowSize(s.Width, s.Height))
		}
	}
	if cfg.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	var watched tea.Model = m
	if cfg.Crashed != nil {
		watched = guarded{m}
	}
	p := tea.NewProgram(watched, opts...)
	go follow(ctx, p, cfg, m.sized)
	if cfg.Input != nil {
		go typed(ctx, p, m.input, uv.Environ(cfg.Environ).Getenv("TERM"))
	}
	_, err := p.Run()
	m.close()
	if errors.Is(err, tea.ErrInterrupted) || ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return flow.Stopped, context.Canceled
	}
	return m.outcome, err
}

// follow tells the program what happens around it, until ctx ends. It waits for
// the size that the program starts with, which would otherwise come after newer
// ones and stay.
func follow(ctx context.Context, p *tea.Program, cfg Config, sized <-chan struct{}) {
	select {
	case <-ctx.Done():
	case <-sized:
	}
	sizes, notices := cfg.Sizes, cfg.Notices
	for sizes != nil || notices != nil {
		select {
		case <-ctx.Done():
			return
		case s, ok := <-sizes:
			if !ok {
				sizes = nil
				continue
			}
			p.Send(tea.WindowSizeMsg{Width: s.Width, Height: s.Height})
		case n, ok := <-notices:
			if !ok {
				notices = nil
				continue
			}
			p.Send(noticeMsg(n))
		}
	}
}

// guarded is the model where a panic must tell nobody but Config.Crashed: Bubble
// Tea would write its value to the standard error of the process.
type guarded struct{ *Model }

func (g guarded) Init() (cmd tea.Cmd) {
	defer g.recovered(&cmd)
	return g.Model.Init()
}

func (g guarded) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer g.recovered(&cmd)
	_, cmd = g.Model.Update(msg)
	return g, cmd
}

func (g guarded) View() (v tea.View) {
	var cmd tea.Cmd // there is no more to draw, and the context ends
	defer g.recovered(&cmd)
	return g.Model.View()
}

func (g guarded) recovered(cmd *tea.Cmd) {
	if p := recover(); p != nil {
		g.cfg.Crashed(p, debug.Stack())
		*cmd = tea.Quit
	}
}

// close ends the flow where the program ended before it: nothing that was
// restored or typed stays in memory.
func (m *Model) close() {
	if m.state.Screen != flow.Left {
		m.step(flow.Quit{})
	}
	m.ui.preview.SetArchive(nil)
	m.ui.pin.wipe()
	m.ui.pass.wipe()
	m.ui.again.wipe()
	m.ui.digits.wipe()
}
