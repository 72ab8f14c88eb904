package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"touchback/fixtures"
	"touchback/fixtures/demo"
	"touchback/tui/sshd"
)

func demoCommand(o *options) *cobra.Command {
	var s serving
	var anyone bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Try it: a sample backup and a software security key, nothing to plug in",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if s.addr != "" {
				return o.serveDemo(c.Context(), s, anyone)
			}
			return showDemo(c.Context(), o)
		},
	}
	s.flags(c)
	c.Flags().BoolVar(&anyone, "allow-anyone", false, "with --ssh: let everyone in who comes")
	return c
}

func showDemo(ctx context.Context, o *options) error {
	d, err := demo.Start(ctx, finder())
	if err != nil {
		return err
	}
	defer d.Close()
	return guide(ctx, o, errand{path: d.Backup(), demo: d})
}

// serveDemo serves the demonstration: to anyone only where that is said.
func (o *options) serveDemo(ctx context.Context, s serving, anyone bool) error {
	switch {
	case s.authorized == "" && !anyone:
		return errUsage{errors.New("say who may come: --allow-anyone, or --authorized-keys FILE")}
	case s.authorized != "" && anyone:
		return errUsage{errors.New("either --allow-anyone or --authorized-keys FILE")}
	}
	return o.serve(ctx, s, sshd.Config{
		// Without the driver of real keys: a room's keys are all in this process.
		Demo:    func(ctx context.Context) (sshd.Demo, error) { return demo.Start(ctx, nil) },
		DemoPIN: fixtures.SamplePIN,
	})
}
