//go:build unix

package export

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// What the test binary is started for, and what follows: the path of a FIFO
// that a watcher speaks to, for as long as it runs.
const (
	argSweep = "__sweep" // FIFO
	argWrite = "__write" // FIFO, folder or file, and the path of the output
)

func TestMain(m *testing.M) {
	switch {
	case len(os.Args) == 3 && os.Args[1] == argSweep:
		fifo, err := os.OpenFile(os.Args[2], os.O_WRONLY, 0)
		if err != nil {
			os.Exit(2)
		}
		if err := Sweep(&announced{os.Stdin, fifo}); err != nil {
			_, _ = fmt.Fprintln(fifo, err)
		}
		return
	case len(os.Args) == 5 && os.Args[1] == argWrite:
		writeUntilKilled(NewSweeper(os.Args[0], argSweep, os.Args[2]), os.Args[3], os.Args[4])
		return
	}
	os.Exit(m.Run())
}

// announced tells once that a watcher reads: nothing ends it early any more.
type announced struct {
	io.Reader
	to io.Writer
}

func (a *announced) Read(p []byte) (int, error) {
	if a.to != nil {
		at, _ := os.Getwd()
		_, _ = fmt.Fprintln(a.to, os.Getpid(), at)
		a.to = nil
	}
	return a.Reader.Read(p)
}

// writeUntilKilled leaves an output as it is amidst writing, and waits.
func writeUntilKilled(s *Sweeper, kind, path string) {
	err := error(nil)
	switch kind {
	case "folder":
		f := &Folder{path: path, dirs: map[string]bool{}, Sweeper: s}
		err = f.Append("chats/1.html", []byte("plaintext"))
	case "file":
		f := &File{path: path, Sweeper: s}
		if err = f.openNamed(); err == nil {
			_, err = f.Write([]byte("plaintext"))
		}
	}
	fmt.Println("written", err)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// fifo makes one, for a single watcher.
func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "watcher")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// watching waits until the watcher at a FIFO watches. It returns its process,
// and what waits for its end.
func watching(t *testing.T, fifo string) (pid int, ended func()) {
	t.Helper()
	f, err := os.Open(fifo) // waits for it to open the other end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	says := bufio.NewReader(f)
	line, _ := says.ReadString('\n')
	var at string
	if _, err := fmt.Sscan(line, &pid, &at); err != nil || at != "/" {
		t.Fatalf("the watcher says %q (%v)", line, err)
	}
	return pid, func() {
		t.Helper()
		if more, err := io.ReadAll(says); err != nil || len(more) > 0 {
			t.Errorf("the watcher says %q (%v)", more, err)
		}
	}
}

// A program that is killed, and its process group with it, leaves nothing. The
// signals that end a program do not end its watcher.
func TestSweeperOfAKilledProgram(t *testing.T) {
	for _, kind := range []string{"folder", "file"} {
		t.Run(kind, func(t *testing.T) {
			dir, fifo := t.TempDir(), fifo(t)
			program := exec.Command(os.Args[0], argWrite, fifo, kind, filepath.Join(dir, "out"))
			program.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			in, err := program.StdinPipe() // stays open
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = in.Close() }()
			out, err := program.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := program.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = program.Process.Kill() }()
			watcher, ended := watching(t, fifo)
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "written <nil>\n" {
				t.Fatalf("the program says %q (%v)", line, err)
			}
			if sid, err := unix.Getsid(watcher); sid != watcher {
				t.Errorf("the watcher is in session %d (%v)", sid, err)
			}
			for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGTERM} {
				if err := syscall.Kill(watcher, s); err != nil {
					t.Error(err)
				}
			}
			if got := names(t, dir); !ours(got) {
				t.Fatalf("while it is written there is %q", got)
			}
			if err := syscall.Kill(-program.Process.Pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			_ = program.Wait()
			ended()
			if got := names(t, dir); got != "" {
				t.Errorf("left behind: %q", got)
			}
		})
	}
}

// An output that is published or given up leaves no process behind, also
// while another is still being written.
func TestSweeperEndsWithItsOutput(t *testing.T) {
	for _, end := range []string{"commit", "abort"} {
		t.Run(end, func(t *testing.T) {
			dir := t.TempDir()
			var ends []func()
			folders := make([]*Folder, 2)
			for i, name := range []string{"one", "two"} {
				fifo := fifo(t)
				f := createFolder(t, filepath.Join(dir, name))
				defer f.Abort()
				f.Sweeper = NewSweeper(os.Args[0], argSweep, fifo)
				if err := f.Append("file", []byte("x")); err != nil {
					t.Fatal(err)
				}
				_, ended := watching(t, fifo)
				folders[i], ends = f, append(ends, ended)
			}
			var want []string
			for i, f := range folders {
				if end == "abort" {
					f.Abort()
				} else {
					if err := f.Commit(); err != nil {
						t.Fatal(err)
					}
					want = append(want, filepath.Base(f.Path()))
				}
				ends[i]()
				if b, err := os.ReadFile(filepath.Join(f.Path(), "file")); end == "commit" && string(b) != "x" {
					t.Errorf("what was published: %q, %v", b, err)
				}
			}
			if got := names(t, dir); got != strings.Join(want, " ") {
				t.Errorf("in the end there is %q", got)
			}
		})
	}
}

// Where no watcher can be started, or it goes at once, the output is written
// all the same.
func TestWithoutSweeper(t *testing.T) {
	for _, s := range []*Sweeper{nil, NewSweeper("/nowhere/at-all"), NewSweeper("/bin/sh", "-c", "exec <&-")} {
		path := filepath.Join(t.TempDir(), "out")
		f := createFolder(t, path)
		f.Sweeper = s
		if err := f.Append("file", []byte("x")); err != nil {
			t.Error(err)
		}
		if err := f.Commit(); err != nil {
			t.Error(err)
		}
		if got := names(t, filepath.Dir(path)); got != "out" {
			t.Errorf("there is %q", got)
		}
	}
}
