package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"touchback/tui/plain"
	"touchback/tui/sshd"
)

// serving are the flags of a server, in both of its commands.
type serving struct {
	addr, authorized, state string

	sessions, perAddress int
}

func (s *serving) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.addr, "ssh", "", "`ADDRESS` to serve SSH on: 127.0.0.1:2222, or :2222 for all networks")
	f.StringVar(&s.authorized, "authorized-keys", "", "`FILE` of those who may log in, as OpenSSH has it")
	f.StringVar(&s.state, "state", "", "`FOLDER` of the server's own key (default: the one for programs' state)")
	f.IntVar(&s.sessions, "max-sessions", 0, "sessions at a time (default 256)")
	f.IntVar(&s.perAddress, "max-sessions-per-address", 0, "sessions at a time from one address (default 16; in a demo, all)")
}

func serveCommand(o *options) *cobra.Command {
	var s serving
	var backups, outbox string
	c := &cobra.Command{
		Use:   "serve --ssh ADDRESS --backups FOLDER --authorized-keys FILE",
		Short: "Serve the guided restore over SSH, on the backups of a folder",
		Long: "Serve the guided restore over SSH, on the backups of a folder.\n\n" +
			"Everyone who may log in restores with a passkey of their own: it is asked in their browser, " +
			"through their SSH connection (ssh -L 8417:localhost:8417). Nothing is written here but what goes to the outbox.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case s.addr == "":
				return errUsage{errors.New("say where to serve: --ssh 127.0.0.1:2222")}
			case backups == "":
				return errUsage{errors.New("say which folder to serve: --backups FOLDER")}
			case s.authorized == "":
				return errUsage{sshd.ErrAnyone}
			}
			root, err := os.OpenRoot(backups)
			if err != nil {
				return err
			}
			defer func() { _ = root.Close() }()
			return o.serve(c.Context(), s, sshd.Config{Backups: root, Outbox: outbox})
		},
	}
	s.flags(c)
	c.Flags().StringVar(&backups, "backups", "", "`FOLDER` of backups; it is only read, and nothing leads out of it")
	c.Flags().StringVar(&outbox, "outbox", "", "`FOLDER` that results may be saved to, each person's in one of their own")
	return c
}

// serve serves until ctx ends, and then as long as sessions have to finish.
func (o *options) serve(ctx context.Context, s serving, cfg sshd.Config) error {
	if s.sessions < 0 || s.perAddress < 0 {
		return errUsage{errors.New("a number of sessions is 1 or more")}
	}
	dir, err := stateFolder(s.state)
	if err != nil {
		return err
	}
	if cfg.HostKey, err = sshd.HostKey(dir); err != nil {
		return err
	}
	cfg.AuthorizedKeys, cfg.Version, cfg.Status, cfg.Sweeper = s.authorized, version, exitCode, sweeper()
	cfg.Limits.Sessions, cfg.Limits.PerAddress = s.sessions, s.perAddress
	if cfg.Demo != nil && s.perAddress == 0 { // a room comes from one address
		cfg.Limits.PerAddress = max(s.sessions, sshd.DefaultLimits().Sessions)
		cfg.Limits.Logins = 2 * cfg.Limits.PerAddress // and all of it at once
	}
	var handler slog.Handler = slog.NewTextHandler(os.Stdout, nil)
	if o.json {
		handler = slog.NewJSONHandler(os.Stdout, nil)
	}
	cfg.Log = slog.New(handler)
	server, err := sshd.New(cfg)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("cannot serve on %s: %w", s.addr, err)
	}
	o.tellServing(cfg, l.Addr())
	cfg.Log.Info("serving", "address", l.Addr().String(), "host_key", sshd.Fingerprint(cfg.HostKey), "version", version)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		cfg.Log.Info("stopping", "seconds", sshd.DefaultLimits().Drain.Seconds())
		server.Shutdown(context.WithoutCancel(ctx))
	}()
	if err := server.Serve(l); err != nil {
		return err
	}
	<-stopped
	return nil
}

// tellServing says to the person who started the server how others come in.
func (o *options) tellServing(cfg sshd.Config, at net.Addr) {
	if o.quiet || o.json || !plain.IsTerminal(os.Stdout) {
		return
	}
	host, port, _ := net.SplitHostPort(at.String())
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "HOST"
	}
	forward := " -L 8417:localhost:8417" // for the browser that asks for a passkey
	if cfg.Demo != nil {
		forward = ""
	}
	plain.Say(os.Stderr, "touchback: serving until Ctrl+C. To come in:  ssh%s -p %s %s", forward, port, host)
	plain.Say(os.Stderr, "touchback: the fingerprint that ssh asks about:  %s", sshd.Fingerprint(cfg.HostKey))
}

// stateFolder is where the server's key is kept: the one that was named, that
// of the service manager (systemd.exec(5), STATE_DIRECTORY), or the person's
// (XDG Base Directory Specification 0.8).
func stateFolder(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	if dir := os.Getenv("STATE_DIRECTORY"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		dir, err := os.UserConfigDir()
		return filepath.Join(dir, "touchback"), err
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "touchback"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "touchback"), err
}
