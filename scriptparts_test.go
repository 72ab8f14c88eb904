package main

import (
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"touchback/fixtures"
	"touchback/restore/chat"
	"touchback/restore/whatsapp"
)

// increment N TEXT writes increment N to the sample backup, with one message.
func increment(ts *testscript.TestScript, _ bool, args []string) {
	number, err := strconv.Atoi(args[0])
	ts.Check(err)
	f, err := os.Create(ts.MkAbs("msgstore-increment-" + args[0] + ".db.crypt15"))
	ts.Check(err)
	key := fixtures.SampleKey()
	defer key.Wipe()
	message := chat.Message{ID: "INC" + args[0], Time: time.Date(2026, 6, number, 8, 0, 0, 0, time.UTC), Type: chat.Text, Text: args[1]}
	key.Use(func(root []byte) {
		err = fixtures.WriteIncrement(f, root, fixtures.Crypt15Options{Level: 9, MD5: true, IV: [16]byte{byte(number)}}, 100,
			[]whatsapp.Change{{ChatJID: "41790000000@s.whatsapp.net", Message: message}})
	})
	ts.Check(err)
	ts.Check(f.Close())
}

// mistype FILE DIGIT OTHER writes the key in FILE to OTHER with one digit wrong.
func mistype(ts *testscript.TestScript, _ bool, args []string) {
	digit, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[0]))
	for i, c := range b {
		if c == ' ' || c == '\n' {
			continue
		}
		if digit--; digit == 0 {
			b[i] = map[bool]byte{true: '1', false: '0'}[c == '0']
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), b, 0o600))
}

// passworddata FILE writes a file as WhatsApp's password_data.key begins.
func passwordData(ts *testscript.TestScript, _ bool, args []string) {
	b := fmt.Appendf(nil, "\xac\xed\x00\x05\x77\x04\x00\x00\x00\x01%128s", "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}
