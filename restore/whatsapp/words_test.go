package whatsapp

import (
	"testing"
	"unicode/utf8"

	"touchback/restore/chat"
)

func TestPhoneNumber(t *testing.T) {
	for user, want := range map[string]string{
		"41791234567": "+41 791 234 567", "12025550123": "+1 202 555 0123", "79161234567": "+7 916 123 4567",
		"447700900123": "+44 770 090 0123", "4915112345678": "+49 151 123 456 78", "351912345678": "+351 912 345 678",
		"38640123456": "+386 401 234 56", "2348031234567": "+234 803 123 4567",
		"": "", "0": "", "123456": "", "1234567890123456": "", "41 79": "", "abcdefghij": "", "4179123456x": "",
	} {
		if got := phoneNumber(user); got != want {
			t.Errorf("%q is %q, want %q", user, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	const s = "aä€👍"
	for n := range len(s) + 2 {
		got := clip([]byte(s), n)
		if len(got) > n || !utf8.ValidString(got) || n >= len(s) && got != s {
			t.Errorf("clip at %d: %q", n, got)
		}
	}
	if got := clip([]byte("\x80\x80\x80"), 2); got != "" {
		t.Errorf("no character at all: %q", got)
	}
}

// Every code that is known has a word, and an unknown one its number.
func TestWords(t *testing.T) {
	for code, want := range map[int64]chat.Type{
		0: chat.Text, 1: chat.Image, 2: chat.Audio, 3: chat.Video, 4: chat.ContactT, 5: chat.LocationT, 7: chat.SystemT, 9: chat.Document,
		10: chat.CallT, 11: chat.Waiting, 13: chat.GIF, 14: chat.ContactT, 15: chat.Deleted, 16: chat.LiveLoc, 20: chat.Sticker,
		36: chat.SystemT, 42: chat.Image, 43: chat.Video, 64: chat.Deleted, 66: chat.PollT, 81: chat.VideoNote, 82: chat.Voice,
		90: chat.CallT, 92: chat.Event, 99: chat.Album, 103: chat.Mention, 112: chat.SystemT, 6: "type:6", -3: "type:-3",
	} {
		if got := wordOf(code); got != want {
			t.Errorf("type %d is %q, want %q", code, got, want)
		}
	}
	for code, want := range map[int64]string{
		1: "subject", 4: "added", 5: "left", 6: "icon", 7: "removed", 10: "number_changed", 11: "created", 12: "added", 14: "removed",
		15: "admin", 18: "key_changed", 19: "encrypted", 20: "joined_by_link", 27: "description", 28: "number_changed", 56: "timer",
		57: "key_changed", 58: "blocked", 59: "timer", 67: "encrypted", 68: "timer", 0: "action:0", 999: "action:999",
	} {
		if got := systemWordOf(code); got.action != want || got.text == "" {
			t.Errorf("action %d is %+v, want %q", code, got, want)
		}
	}
	for code, want := range map[int64]chat.Status{
		0: chat.StatusPending, 1: chat.StatusPending, 4: chat.StatusSent, 5: chat.StatusDelivered, 6: chat.StatusNone,
		8: chat.StatusPlayed, 13: chat.StatusRead, 99: chat.StatusNone,
	} {
		if got := statusOf(code); got != want {
			t.Errorf("status %d is %d, want %d", code, got, want)
		}
	}
}
