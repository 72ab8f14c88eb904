package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Desk is where the person sits, as far as the environment tells: at this
// machine's display, or at the other end of an SSH connection.
type Desk struct {
	Getenv func(string) string
	GOOS   string
	// Within says that this program is itself the server of the connection: a
	// port is forwarded by that connection, and by no other.
	Within bool
	// Start runs a program and does not wait for it to end.
	Start func(ctx context.Context, name string, args ...string) error
}

// Here is the desk of this process.
func Here() Desk { return Desk{Getenv: os.Getenv, GOOS: runtime.GOOS, Start: start} }

func start(_ context.Context, name string, args ...string) error {
	path, err := exec.LookPath(name)
	if err != nil {
		return err
	}
	// Without a context: the browser that this may start outlives the page.
	cmd := exec.Command(path, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}

// Remote tells whether the person is at the other end of an SSH connection.
func (d Desk) Remote() bool { return d.Getenv("SSH_CONNECTION") != "" || d.Getenv("SSH_TTY") != "" }

// Display tells whether a browser can be opened here for the person to see.
func (d Desk) Display() bool {
	switch {
	case d.Remote():
		return false // it would open on a screen that nobody sits at, or on none
	case d.GOOS == "windows", d.GOOS == "darwin":
		return true
	}
	return d.Getenv("DISPLAY") != "" || d.Getenv("WAYLAND_DISPLAY") != ""
}

// Forward is the line to type on the person's own machine, so that the page
// on port here can be opened there. A host that the environment does not tell
// is written HOST.
func (d Desk) Forward(port int) string {
	user, host, options := "", "HOST", ""
	for _, name := range []string{"USER", "LOGNAME"} {
		if u := d.Getenv(name); user == "" && isPlain(u) {
			user = u + "@"
		}
	}
	// "client port server port" (sshd(8), environment)
	if f := strings.Fields(d.Getenv("SSH_CONNECTION")); len(f) == 4 {
		if at, err := netip.ParseAddrPort(net.JoinHostPort(f[2], f[3])); err == nil {
			host = at.Addr().Unmap().String()
			if at.Port() != 22 {
				options = fmt.Sprintf(" -p %d", at.Port())
			}
		}
	}
	return fmt.Sprintf("ssh -L %d:localhost:%d%s %s%s", port, port, options, user, host)
}

// isPlain is true of a name that a shell takes as it is.
func isPlain(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("._-", r) && (r > 127 || !isWord(byte(r))) {
			return false
		}
	}
	return s != "" && s[0] != '-'
}

func isWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// Open opens a page's address in the person's browser. Arguments of a process
// can be read by everyone on most machines, and the address holds the token,
// so what the browser is given is the path of a file, in a folder of the
// person's own, that leads on to the address. Call remove once the page has
// been reached, or the ceremony is over.
//
// A browser in a sandbox may not see that folder: show the address too, and
// first. The error is ErrNoBrowser, or the system's.
func (d Desk) Open(ctx context.Context, url string) (remove func(), err error) {
	if !d.Display() {
		return nil, ErrNoBrowser
	}
	dir, err := os.MkdirTemp("", "touchback-") // mode 0700
	if err != nil {
		return nil, err
	}
	remove = func() { _ = os.RemoveAll(dir) }
	defer func() {
		if err != nil {
			remove()
			remove = nil
		}
	}()
	quoted, err := json.Marshal(url) // with < and > escaped, so it can't end the script
	if err != nil {
		return remove, err
	}
	page := "<!doctype html><meta charset=utf-8><meta name=referrer content=no-referrer><title>Touchback</title><script>location.replace(" +
		string(quoted) + ")</script><p>The page is at the address in the terminal."
	path := filepath.Join(dir, "open.html")
	if err = os.WriteFile(path, []byte(page), 0o600); err != nil {
		return remove, err
	}
	name, args := "xdg-open", []string{path}
	switch d.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", path}
	}
	if err = d.Start(ctx, name, args...); errors.Is(err, exec.ErrNotFound) {
		err = ErrNoBrowser
	}
	return remove, err
}
