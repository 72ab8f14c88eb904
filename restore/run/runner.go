package run

import (
	"context"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"touchback/keys"
	"touchback/keys/browser"
	"touchback/restore/chat"
	"touchback/restore/export"
	"touchback/restore/flow"
)

// Config is what a flow works with.
type Config struct {
	// Finder lists and opens security keys. Nil where there are none.
	Finder keys.Finder
	// Keyring is the keyring's path; "" looks beside the backup.
	Keyring string
	// Closed counts the security keys that are plugged in and that this person
	// may not open. Nil asks the system.
	Closed func() int
	// Device is the path of the one security key to use; "" watches for any.
	Device string
	// SaveDir is the folder that results are offered to go to; "" is the
	// present one.
	SaveDir string
	// SaveTo says where a result goes for which a path was typed, or refuses
	// it; nil takes the path, from the present folder or the home.
	SaveTo func(path string) (string, error)
	// Sweeper takes away what a save left where the program is killed; nil
	// leaves that to the next save in the same folder.
	Sweeper *export.Sweeper
	// Root is the folder that backups are read from, and nothing leads out of
	// it; nil is anywhere.
	Root *os.Root
	// Crashed is told that work panicked, so that what belongs to other people
	// in the same process goes on; nil lets the process end.
	Crashed func(value any, stack []byte)
	// TempDir is where encrypted, unlinked spools are made; "" is the system's.
	TempDir string
	// Pages makes the page that asks a browser for a passkey. Nil is ServePage.
	Pages func(context.Context, browser.Options) (Page, error)
	// Version is that of the program, for receipts.
	Version string
	// Desk is where the person sits. Nil is browser.Here.
	Desk *browser.Desk
}

// Runner carries out effects, one piece of work at a time: new work ends the
// work before it, and waits until that has let go of everything.
type Runner struct {
	cfg    Config
	events chan flow.Event
	ctx    context.Context // ends with Close
	cancel context.CancelFunc

	mu      sync.Mutex
	stop    context.CancelFunc // of the work under way
	done    chan struct{}      // closed when the work under way has ended
	secret  *keys.Secret       // handed over, not taken yet
	archive chat.Archive       // what the preview reads
	err     error              // of the last work that failed
	shown   *shown             // the page that waits for a passkey, or nil
	workCtx context.Context    // of the work under way

	s session // touched by the work under way alone
}

// New returns a Runner that works until ctx ends or Close is called.
func New(ctx context.Context, cfg Config) *Runner {
	ctx, cancel := context.WithCancel(ctx)
	idle := make(chan struct{})
	close(idle)
	return &Runner{
		cfg: cfg, ctx: ctx, cancel: cancel,
		events: make(chan flow.Event, 64),
		stop:   func() {}, done: idle, workCtx: ctx,
	}
}

// Events is where work reports. It is never closed.
func (r *Runner) Events() <-chan flow.Event { return r.events }

// Deposit hands over a PIN, a password or digits for the next Unlock, which
// wipes it. One that was not taken is wiped by the next.
func (r *Runner) Deposit(s *keys.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret.Wipe()
	r.secret = s
}

// take returns what was deposited; the caller wipes it.
func (r *Runner) take() *keys.Secret {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.secret
	r.secret = nil
	return s
}

// Archive returns the messages restored so far, or nil.
func (r *Runner) Archive() chat.Archive {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.archive
}

// Err returns the error of the last work that failed, or nil.
func (r *Runner) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// Close ends all work, wipes the keys and lets go of the messages. It returns
// when that is done.
func (r *Runner) Close() {
	r.Deposit(nil)
	r.cancel()
	r.mu.Lock()
	r.stop()
	done := r.done
	r.mu.Unlock()
	<-done
	r.forget()
	r.s.closeBackup()
}

// Do carries out an effect. It never waits.
func (r *Runner) Do(e flow.Effect) {
	switch e := e.(type) {
	case flow.FindBackups:
		r.start(e.Attempt, false, func(w *work) { w.findBackups(e.Path) })
	case flow.OpenBackup:
		r.start(e.Attempt, false, func(w *work) { w.openBackup(e.Path) })
	case flow.WatchKeys:
		r.start(e.Attempt, true, func(w *work) { w.watchKeys(e) })
	case flow.ReadKey:
		r.start(e.Attempt, false, func(w *work) { w.readKey(e) })
	case flow.SetPIN:
		r.start(e.Attempt, false, func(w *work) { w.setPIN(e.Device) })
	case flow.Unlock:
		r.start(e.Attempt, true, func(w *work) { w.unlock(e) })
	case flow.ShowPage:
		r.showPage(e.Attempt)
	case flow.RepairKey:
		r.start(e.Attempt, true, (*work).repairKey)
	case flow.VerifyBackup:
		r.start(e.Attempt, true, func(w *work) { w.verify() })
	case flow.RestoreMessages:
		r.start(e.Attempt, true, func(w *work) { w.restore() })
	case flow.SaveMessages:
		r.start(e.Attempt, true, func(w *work) { w.save(e) })
	case flow.WriteReceipt:
		r.start(e.Attempt, true, func(w *work) { w.receipt(e) })
	case flow.OpenRing:
		r.start(e.Attempt, true, (*work).openRing)
	case flow.AddWay:
		r.start(e.Attempt, true, func(w *work) { w.addWay(e) })
	case flow.TestWay:
		r.start(e.Attempt, true, func(w *work) { w.testWay(e) })
	case flow.RenameWay:
		r.start(e.Attempt, false, func(w *work) {
			w.change(func(r *ring) error { return r.Rename(e.Method, e.Label) })
		})
	case flow.RemoveWay:
		r.start(e.Attempt, false, func(w *work) {
			w.change(func(r *ring) error { return r.Remove(e.Method) })
		})
	case flow.ResealRing:
		r.start(e.Attempt, false, func(w *work) {
			w.change(func(r *ring) error { return r.Reseal() })
		})
	case flow.CheckKept:
		r.start(e.Attempt, false, (*work).checkKept)
	case flow.SaveRing:
		r.start(e.Attempt, false, (*work).saveRing)
	case flow.Stop:
		r.start(e.Attempt, false, func(*work) {})
	case flow.Forget:
		r.Deposit(nil)
		r.start(0, false, func(*work) { r.forget() })
	case flow.Leave:
		r.cancel()
	}
}

// start ends the work under way and begins the next when that is over.
func (r *Runner) start(attempt int, ticks bool, f func(*work)) {
	ctx, stop := context.WithCancel(r.ctx)
	done := make(chan struct{})
	r.mu.Lock()
	r.stop()
	before := r.done
	r.stop, r.done, r.workCtx = stop, done, ctx
	r.mu.Unlock()
	go func() {
		defer close(done)
		defer stop()
		<-before
		defer r.rescue()
		w := &work{Runner: r, ctx: ctx, attempt: attempt}
		if ticks {
			end := make(chan struct{})
			ticking := w.tick(end)
			defer func() { close(end); <-ticking }()
		}
		f(w)
	}()
}

// rescue keeps a panic of work from ending the process, where that is wanted.
func (r *Runner) rescue() {
	if r.cfg.Crashed == nil {
		return
	}
	if v := recover(); v != nil {
		r.cfg.Crashed(v, debug.Stack())
	}
}

// work is one piece of work: an attempt of the flow.
type work struct {
	*Runner
	ctx     context.Context
	attempt int
}

// tell reports an event, unless the work was ended.
func (w *work) tell(e flow.Event) {
	select {
	case <-w.ctx.Done():
	case w.events <- e:
	}
}

// fail reports an error; none is reported of work that was ended.
func (w *work) fail(err error) {
	if w.ctx.Err() != nil {
		return
	}
	w.mu.Lock()
	w.err = err
	w.mu.Unlock()
	w.tell(failed(w.attempt, err))
}

// tick reports every second until end closes.
func (w *work) tick(end <-chan struct{}) <-chan struct{} {
	over := make(chan struct{})
	start := time.Now()
	go func() {
		defer close(over)
		t := time.NewTicker(time.Second)
		defer t.Stop()
		for {
			select {
			case <-end:
				return
			case <-w.ctx.Done():
				return
			case <-t.C:
				e := flow.Tick{Attempt: w.attempt, Elapsed: int(time.Since(start).Round(time.Second).Seconds())}
				select {
				case w.events <- e:
				case <-end:
					return
				case <-w.ctx.Done():
					return
				}
			}
		}
	}()
	return over
}
