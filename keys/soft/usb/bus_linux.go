package usb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"touchback/keys/soft"
)

// Tool is the program that this package needs.
const Tool = "umockdev-run"

// Bus is a USB bus of software keys.
type Bus struct {
	root  string // $UMOCKDEV_DIR: what programs on the bus see as /
	run   *exec.Cmd
	stdin io.Closer // its end ends run
	ports []*soft.Port

	mu  sync.Mutex
	err error // of the last plug or unplug
}

// Start puts keys on a bus, in ports named /dev/hidraw0 and up; scratch is an
// empty folder to use. The keys may be plugged in or not: Key.Unplug and
// Key.Plug are followed before they return. The error wraps exec.ErrNotFound
// where umockdev is not installed.
func Start(ctx context.Context, scratch string, keys ...*soft.Key) (*Bus, error) {
	args, err := describe(scratch, len(keys))
	if err != nil {
		return nil, err
	}
	// umockdev-run answers ioctls and cleans up for as long as its program
	// lives, so the program is one that waits until it is let go.
	run := exec.CommandContext(ctx, Tool, append(args, "--", "sh", "-c", `echo "$UMOCKDEV_DIR"; read wait; exit 0`)...)
	stdin, err := run.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := run.StdoutPipe()
	if err != nil {
		return nil, err
	}
	run.Stderr = os.Stderr
	run.Cancel = stdin.Close // killed, it would leave its folder behind
	if err := run.Start(); err != nil {
		return nil, err
	}
	b := &Bus{run: run, stdin: stdin}
	if b.root, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return nil, errors.Join(fmt.Errorf("usb: %s did not start: %w", Tool, err), b.Close())
	}
	b.root = strings.TrimSpace(b.root)
	for i, k := range keys {
		if err := b.add(ctx, i, k); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	return b, nil
}

// add plugs k into port i.
func (b *Bus) add(ctx context.Context, i int, k *soft.Key) error {
	if err := b.show(i, ""); err != nil {
		return err
	}
	p, err := k.AttachFunc(ctx, func(path string) {
		err := b.show(i, path)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.err = errors.Join(b.err, err)
	})
	if err != nil {
		return err
	}
	b.ports = append(b.ports, p)
	return b.Err()
}

// Err returns what went wrong as keys were plugged and unplugged.
func (b *Bus) Err() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Env is what to add to the environment of a program so that it sees the bus.
func (b *Bus) Env() []string {
	preload := "libumockdev-preload.so.0"
	if others := os.Getenv("LD_PRELOAD"); others != "" {
		preload += ":" + others
	}
	return []string{"UMOCKDEV_DIR=" + b.root, "LD_PRELOAD=" + preload}
}

// Close takes all keys off the bus and removes it.
func (b *Bus) Close() error {
	for _, p := range b.ports {
		_ = p.Close()
	}
	_ = b.stdin.Close()
	if err := b.run.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("usb: %s: %w", Tool, err)
	}
	return b.Err()
}

// show makes port i lead to the device at path; "" empties the port. udev lists
// what has a link in /sys/class, and opens what /dev leads to.
func (b *Bus) show(i int, path string) error {
	name := fmt.Sprintf("hidraw%d", i)
	node := filepath.Join(b.root, "dev", name)
	class := filepath.Join(b.root, "sys/class/hidraw", name)
	if path == "" {
		// A link to nowhere, since umockdev looks for what is missing in the
		// real /dev.
		return errors.Join(remove(class), link("/nowhere", node))
	}
	return errors.Join(link(path, node), link(filepath.Join("../..", strings.TrimPrefix(sysPath(i), "/")), class))
}

func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// link replaces what is at path.
func link(target, path string) error {
	if err := remove(path); err != nil {
		return err
	}
	return os.Symlink(target, path)
}
