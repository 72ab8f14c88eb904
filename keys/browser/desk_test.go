package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func desk(goos string, env map[string]string) Desk {
	return Desk{Getenv: func(name string) string { return env[name] }, GOOS: goos,
		Start: func(context.Context, string, ...string) error { return nil }}
}

func TestDesk(t *testing.T) {
	for name, c := range map[string]struct {
		goos            string
		env             map[string]string
		display, remote bool
	}{
		"X":           {"linux", map[string]string{"DISPLAY": ":0"}, true, false},
		"Wayland":     {"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true, false},
		"console":     {"linux", nil, false, false},
		"SSH":         {"linux", map[string]string{"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, false, true},
		"SSH with -X": {"linux", map[string]string{"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/1"}, false, true},
		"Mac":         {"darwin", nil, true, false},
		"Mac by SSH":  {"darwin", map[string]string{"SSH_CONNECTION": "x"}, false, true},
		"Windows":     {"windows", nil, true, false},
	} {
		d := desk(c.goos, c.env)
		if d.Display() != c.display || d.Remote() != c.remote {
			t.Errorf("%s: display %v, remote %v", name, d.Display(), d.Remote())
		}
	}
}

func TestForward(t *testing.T) {
	for _, c := range []struct{ connection, user, want string }{
		{"192.0.2.1 50000 192.0.2.2 22", "ana", "ssh -L 8417:localhost:8417 ana@192.0.2.2"},
		{"192.0.2.1 50000 192.0.2.2 2222", "ana", "ssh -L 8417:localhost:8417 -p 2222 ana@192.0.2.2"},
		{"2001:db8::1 50000 2001:db8::2 22", "ana", "ssh -L 8417:localhost:8417 ana@2001:db8::2"},
		{"::1 50000 ::ffff:192.0.2.2 22", "", "ssh -L 8417:localhost:8417 192.0.2.2"},
		{"a b $(reboot) 22", "$(reboot)", "ssh -L 8417:localhost:8417 HOST"},
		{"", "-oProxyCommand=x", "ssh -L 8417:localhost:8417 HOST"},
	} {
		d := desk("linux", map[string]string{"SSH_CONNECTION": c.connection, "USER": c.user})
		if got := d.Forward(8417); got != c.want {
			t.Errorf("%q, %q: %s", c.connection, c.user, got)
		}
	}
}

// TestOpen: what is started has the token in no argument, and leads to the page
// when it is opened.
func TestOpen(t *testing.T) {
	_, s := serve(t, Options{})
	_, token, _ := strings.Cut(s.URL(), "#")
	for goos, program := range map[string]string{"linux": "xdg-open", "darwin": "open", "windows": "rundll32"} {
		d := desk(goos, map[string]string{"DISPLAY": ":0"})
		var argv []string
		d.Start = func(_ context.Context, name string, args ...string) error {
			argv = append([]string{name}, args...)
			return nil
		}
		remove, err := d.Open(t.Context(), s.URL())
		if err != nil {
			t.Fatal(err)
		}
		if argv[0] != program || strings.Contains(strings.Join(argv, " "), token) {
			t.Errorf("it starts %q", argv)
		}
		path := argv[len(argv)-1]
		if runtime.GOOS != "windows" {
			for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
				if info, err := os.Stat(p); err != nil || info.Mode() != want {
					t.Errorf("%s: %v, %v", p, info.Mode(), err)
				}
			}
		}
		remove()
		if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it left %s", path)
		}
	}
	t.Run("nothing to open with", func(t *testing.T) {
		d := desk("linux", map[string]string{"DISPLAY": ":0"})
		d.Start = func(_ context.Context, name string, _ ...string) error {
			return &exec.Error{Name: name, Err: exec.ErrNotFound}
		}
		if remove, err := d.Open(t.Context(), s.URL()); !errors.Is(err, ErrNoBrowser) || remove != nil {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no display", func(t *testing.T) {
		d := desk("linux", nil)
		if _, err := d.Open(t.Context(), s.URL()); !errors.Is(err, ErrNoBrowser) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a browser gets there", func(t *testing.T) {
		b := newTab(t)
		d := desk("linux", map[string]string{"DISPLAY": ":0"})
		d.Start = func(_ context.Context, _ string, args ...string) error {
			return chromedp.Do(b.ctx, chromedp.Navigate("file://"+args[0]))
		}
		remove, err := d.Open(t.Context(), s.URL())
		if err != nil {
			t.Fatal(err)
		}
		defer remove()
		b.until("One moment")
	})
}
