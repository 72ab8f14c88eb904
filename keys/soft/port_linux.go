package soft

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Port is where the key is plugged in: a pseudo terminal that libfido2 opens
// as a device. Unplug closes it, Plug opens another one.
//
// libfido2 opens its devices without O_NOCTTY, so the process that opens Path
// must not be a session leader without a terminal: the device would become its
// controlling terminal. Ask for Path each time: once the key is unplugged, the
// system may give the same path to another terminal.
type Port struct {
	key   *Key
	ctx   context.Context
	moved func(path string)

	mu  sync.Mutex
	dev *device // nil while unplugged
}

// Attach plugs the key into a port of this machine, until ctx ends or Close.
func (k *Key) Attach(ctx context.Context) (*Port, error) {
	return k.AttachFunc(ctx, func(string) {})
}

// AttachFunc is Attach for those who must follow the path: moved is called
// with each new one, and with "" as the key leaves, before the Attach, Plug,
// Unplug or Close that causes it returns.
func (k *Key) AttachFunc(ctx context.Context, moved func(path string)) (*Port, error) {
	k.plugging.Lock()
	defer k.plugging.Unlock()
	p := &Port{key: k, ctx: ctx, moved: moved}
	if k.presence.power() != nil {
		if err := p.push(); err != nil {
			return nil, err
		}
	}
	k.ports = append(k.ports, p)
	context.AfterFunc(ctx, func() { _ = p.Close() })
	return p, nil
}

// Path returns the path to open, /dev/pts/N; "" while the key is unplugged.
func (p *Port) Path() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dev == nil {
		return ""
	}
	return p.dev.path
}

// Close takes the key out of this port for good.
func (p *Port) Close() error {
	p.key.plugging.Lock()
	defer p.key.plugging.Unlock()
	p.key.ports = slices.DeleteFunc(p.key.ports, func(o *Port) bool { return o == p })
	p.pull()
	return nil
}

// push opens a device; Key.plugging is held.
func (p *Port) push() error {
	d, err := openDevice()
	if err != nil {
		return fmt.Errorf("soft: plugging in: %w", err)
	}
	d.start(p.ctx, p.key)
	p.mu.Lock()
	p.dev = d
	p.mu.Unlock()
	p.moved(d.path)
	return nil
}

// pull closes the device, and returns once nothing of it runs any more.
func (p *Port) pull() {
	p.mu.Lock()
	d := p.dev
	p.dev = nil
	p.mu.Unlock()
	if d != nil {
		p.moved("")
		d.stop()
	}
}

// device is one pseudo terminal. The host opens the slave by its path; the key
// reads and writes the master.
type device struct {
	path   string
	master *os.File
	// slave is kept open, since the kernel resets the terminal's modes once
	// nobody has the slave open.
	slave  int
	cancel context.CancelFunc
	link   *link
	done   sync.WaitGroup
}

func openDevice() (*device, error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open /dev/ptmx: %w", err)
	}
	master := os.NewFile(uintptr(fd), "/dev/ptmx")
	d, err := openSlave(fd)
	if err != nil {
		_ = master.Close()
		return nil, err
	}
	d.master = master
	return d, nil
}

func openSlave(master int) (*device, error) {
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return nil, fmt.Errorf("unlock terminal: %w", err)
	}
	n, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		return nil, fmt.Errorf("terminal number: %w", err)
	}
	path := fmt.Sprintf("/dev/pts/%d", n)
	slave, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := makeRaw(slave); err != nil {
		_ = unix.Close(slave)
		return nil, fmt.Errorf("raw mode: %w", err)
	}
	return &device{path: path, slave: slave}, nil
}

// makeRaw turns off all that terminals do to bytes, as cfmakeraw(3) does.
// VMIN is the size of a report, so that poll(2) does not report half of one:
// libfido2 reads once and takes what it gets.
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = byte(len(report{})), 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

func (d *device) start(ctx context.Context, k *Key) {
	ctx, d.cancel = context.WithCancel(ctx)
	d.link = &link{key: k, wire: d, ctx: ctx}
	d.done.Go(func() {
		// The host writes a report number, always 0, before each report.
		var b [1 + len(report{})]byte
		for {
			if _, err := io.ReadFull(d.master, b[:]); err != nil {
				return
			}
			d.link.receive((*report)(b[1:]))
		}
	})
}

func (d *device) stop() {
	d.cancel()
	_ = d.master.Close()
	d.done.Wait()
	d.link.done.Wait()
	_ = unix.Close(d.slave)
}

// stuck bounds a write for which there is no room: 64 KiB that no host reads.
const stuck = time.Second

func (d *device) send(r report) error {
	if err := d.master.SetWriteDeadline(time.Now().Add(stuck)); err != nil {
		return err
	}
	_, err := d.master.Write(r[:])
	return err
}

// held asks for the lock that libfido2 holds while it has the device open.
func (d *device) held() bool {
	if unix.Flock(d.slave, unix.LOCK_EX|unix.LOCK_NB) != nil {
		return true
	}
	_ = unix.Flock(d.slave, unix.LOCK_UN)
	return false
}

func (d *device) drain() {
	var b [4096]byte
	for {
		if n, err := unix.Read(d.slave, b[:]); n <= 0 || err != nil {
			return
		}
	}
}
