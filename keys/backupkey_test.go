package keys

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	testDigits = "6730a595a1484d0c39c101dc0ac82ec5e401bb6f0e1b8ee2dc104a6b3687f017"
	testGroups = "6730 a595 a148 4d0c 39c1 01dc 0ac8 2ec5 e401 bb6f 0e1b 8ee2 dc10 4a6b 3687 f017"
)

func rootBytes(t testing.TB, k *BackupKey) string {
	t.Helper()
	var s string
	k.Use(func(b []byte) { s = hex.EncodeToString(b) })
	return s
}

func TestParseDigitsTolerates(t *testing.T) {
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, testDigits)
	for name, text := range map[string]string{
		"plain":             testDigits,
		"upper case":        strings.ToUpper(testDigits),
		"groups":            testGroups,
		"four lines":        testGroups[:19] + "\n" + testGroups[20:39] + "\n" + testGroups[40:59] + "\n" + testGroups[60:] + "\n",
		"windows lines":     strings.ReplaceAll(testGroups, " ", "\r\n"),
		"dashes":            strings.ReplaceAll(testGroups, " ", "-"),
		"en dashes":         strings.ReplaceAll(testGroups, " ", " – "),
		"minus signs":       strings.ReplaceAll(testGroups, " ", "−"),
		"dots":              strings.ReplaceAll(testGroups, " ", "."),
		"middle dots":       strings.ReplaceAll(testGroups, " ", "·"),
		"no-break spaces":   strings.ReplaceAll(testGroups, " ", "\u00a0"),
		"narrow no-break":   strings.ReplaceAll(testGroups, " ", "\u202f"),
		"ideographic space": strings.ReplaceAll(testGroups, " ", "\u3000"),
		"byte order mark":   "\ufeff" + testGroups,
		"zero width":        strings.ReplaceAll(testGroups, " ", "\u200b"),
		"direction marks":   "\u202a" + testGroups + "\u202c",
		"full-width":        wide,
		"a digit a line":    strings.Join(strings.Split(testDigits, ""), "\n"),
		"wrapped anywhere":  testDigits[:7] + "\n" + testDigits[7:41] + "  " + testDigits[41:],
	} {
		k, err := ParseDigits([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if k.Kind() != KindRootKey || rootBytes(t, k) != testDigits {
			t.Errorf("%s: another key", name)
		}
	}
}

func TestParseDigitsNamesTheGroup(t *testing.T) {
	groups := strings.Fields(testGroups)
	with := func(i int, g string) string {
		changed := append([]string(nil), groups...)
		changed[i-1] = g
		return strings.Join(changed, " ")
	}
	for _, tc := range []struct {
		name   string
		text   string
		group  int
		reason DigitsReason
		char   rune
		words  string
	}{
		{"letter O", with(5, "39cO"), 5, BadCharacter, 'O', `group 5 has 'O', which is none of 0-9 and a-f (is it a zero?)`},
		{"letter l", with(1, "l730"), 1, BadCharacter, 'l', `(is it a one?)`},
		{"letter g", with(16, "f01g"), 16, BadCharacter, 'g', `group 16 has 'g'`},
		{"foreign letter", with(2, "а595"), 2, BadCharacter, 'а', `group 2 has 'а'`},
		{"control character", with(2, "\x1b595"), 2, BadCharacter, '\x1b', `'\x1b'`},
		{"O in one long word", testDigits[:18] + "O" + testDigits[19:], 5, BadCharacter, 'O', "group 5"},
		{"two wrong, the first told", strings.Replace(with(9, "e4O1"), "3687", "36S7", 1), 9, BadCharacter, 'O', "group 9"},
		{"digit left out", with(3, "a14"), 3, Missing, 0, "group 3 is not complete (63 digits of 64)"},
		{"digit twice", with(7, "0ac88"), 7, Extra, 0, "group 7 has too many digits (65 in all, not 64)"},
		{"group left out", strings.Join(groups[:15], " "), 16, Missing, 0, "group 16 is not complete (60 digits"},
		{"one group more", testGroups + " f017", 16, Extra, 0, "there is more after group 16: 68 digits, not 64"},
		{"one long word, short", testDigits[:41], 11, Missing, 0, "group 11 is not complete (41 digits"},
		{"one long word, long", testDigits + "0", 16, Extra, 0, "65 digits, not 64"},
		{"short line", groups[0] + groups[1] + "\n" + groups[2], 4, Missing, 0, "(12 digits of 64)"},
		{"nothing", "", 1, Missing, 0, "group 1 is not complete (0 digits"},
		{"only dashes", "---- ----", 1, Missing, 0, "group 1"},
		{"a password", "Correct Horse", 1, NotDigits, 0, "the backup password is something else"},
		{"a long password", strings.Repeat("correct horse ", 6), 1, NotDigits, 0, "this is not a 64-digit key"},
		{"just begun, wrong", "67O", 1, BadCharacter, 'O', "group 1"},
		{"a flood", strings.Repeat("a", maxDigitsText+1), 16, Extra, 0, "not 64"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k, err := ParseDigits([]byte(tc.text))
			var de *DigitsError
			if k != nil || !errors.As(err, &de) {
				t.Fatalf("got %v, %v", k, err)
			}
			if de.Group != tc.group || de.Reason != tc.reason || de.Char != tc.char {
				t.Errorf("got group %d, reason %d, %q", de.Group, de.Reason, de.Char)
			}
			if !strings.Contains(err.Error(), tc.words) {
				t.Errorf("words: %s", err)
			}
		})
	}
}

func TestParseDigitsAnyKeyAnyLayout(t *testing.T) {
	separators := []string{" ", "\n", "-", "\u00a0", ".", "\r\n", "\t", ""}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), KeySize, KeySize).Draw(t, "key")
		var text strings.Builder
		for _, r := range hex.EncodeToString(key) {
			if rapid.Bool().Draw(t, "upper") {
				r = []rune(strings.ToUpper(string(r)))[0]
			}
			text.WriteRune(r)
			text.WriteString(rapid.SampledFrom(separators).Draw(t, "separator"))
		}
		k, err := ParseDigits([]byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		k.Use(func(b []byte) {
			if !bytes.Equal(b, key) {
				t.Fatal("another key")
			}
		})
	})
}

func TestGroups(t *testing.T) {
	k := testRoot(t)
	var kept [][]byte
	err := k.Groups(func(groups [16][]byte) {
		if got := string(bytes.Join(groups[:], []byte(" "))); got != testGroups {
			t.Errorf("got %s", got)
		}
		kept = groups[:]
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Join(kept, nil); !bytes.Equal(got, make([]byte, 64)) {
		t.Errorf("left behind: %q", got)
	}
	file, err := NewFileKey(FileKeyInfo{}, make([]byte, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	k.Wipe()
	for _, k := range []*BackupKey{file, k} {
		if err := k.Groups(func([16][]byte) { t.Error("called") }); !errors.Is(err, ErrNoDigits) {
			t.Errorf("%v: %v", k, err)
		}
	}
}

func TestBackupKeyNeverShows(t *testing.T) {
	k := testRoot(t)
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "key", k, "value", *k)
	asJSON, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	var raw []byte
	k.Use(func(b []byte) { raw = bytes.Clone(b) })
	shown := logged.String() + string(asJSON)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%q", "%d"} {
		shown += fmt.Sprintf(verb, k) + fmt.Sprintf(verb, *k) + fmt.Sprintf(verb, struct{ K *BackupKey }{k})
	}
	for _, form := range []string{testDigits, string(raw), strings.Trim(fmt.Sprintf("%d", raw), "[]"), fmt.Sprintf("%q", raw)} {
		if strings.Contains(strings.ToLower(shown), strings.ToLower(form)) {
			t.Fatalf("the key is shown: %s", shown)
		}
	}
}

func TestWipeAndClone(t *testing.T) {
	k := testRoot(t)
	var inside []byte
	k.Use(func(b []byte) { inside = b })
	c := k.Clone()
	k.Wipe()
	if !bytes.Equal(inside, make([]byte, KeySize)) {
		t.Error("Wipe left the key in memory")
	}
	if rootBytes(t, k) != "" || rootBytes(t, c) != testDigits {
		t.Error("Wipe took the clone too, or not the key")
	}
	if _, err := k.encode(); err == nil {
		t.Error("a wiped key can be sealed")
	}
	given := []byte(strings.Repeat("x", KeySize))
	if _, err := NewRootKey(given); err != nil || given[0] != 0 {
		t.Error("NewRootKey left the caller a copy")
	}
	for _, n := range []int{0, 31, 33, 64} {
		b := bytes.Repeat([]byte{7}, n)
		if _, err := NewRootKey(b); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if _, err := NewFileKey(FileKeyInfo{}, b); !errors.Is(err, ErrKeyFile) || bytes.Contains(b, []byte{7}) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	(*BackupKey)(nil).Wipe()
}

func FuzzParseDigits(f *testing.F) {
	f.Add(testDigits)
	f.Add(testGroups)
	f.Add(strings.Replace(testGroups, "39c1", "39cO", 1))
	f.Add("\u202a" + strings.ReplaceAll(testGroups, " ", "–"))
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseDigits([]byte(text))
		if err != nil {
			var de *DigitsError
			if !errors.As(err, &de) || de.Group < 1 || de.Group > 16 || de.Error() == "" || k != nil {
				t.Fatalf("%#v", err)
			}
			return
		}
		// Whatever was taken, its digits are in the text, in order.
		rest := []rune(text)
		for _, want := range rootBytes(t, k) {
			d, _ := hexDigit(want)
			for len(rest) > 0 {
				got, ok := hexDigit(rest[0])
				rest = rest[1:]
				if ok {
					if got != d {
						t.Fatalf("digits out of nowhere in %q", text)
					}
					break
				}
			}
		}
	})
}
