package chat

import (
	"testing"
	"time"
)

func TestFilter(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 5, d, 0, 0, 0, 0, time.UTC) }
	tests := []struct {
		name string
		f    Filter
		chat int64
		at   time.Time
		want bool
	}{
		{"all", Filter{}, 1, day(1), true},
		{"all, no time", Filter{}, 1, time.Time{}, true},
		{"this chat", Filter{Chats: []int64{2, 1}}, 1, day(1), true},
		{"another chat", Filter{Chats: []int64{2, 3}}, 1, day(1), false},
		{"since is included", Filter{Since: day(2)}, 1, day(2), true},
		{"before since", Filter{Since: day(2)}, 1, day(1), false},
		{"until is not included", Filter{Until: day(2)}, 1, day(2), false},
		{"before until", Filter{Until: day(2)}, 1, day(1), true},
		{"a time asked for, none there", Filter{Since: day(2)}, 1, time.Time{}, false},
		{"all three", Filter{Chats: []int64{1}, Since: day(1), Until: day(3)}, 1, day(2), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.f.Takes(tt.chat, tt.at); got != tt.want {
				t.Errorf("Takes = %v", got)
			}
		})
	}
	if !(Filter{}).All() || (Filter{Chats: []int64{1}}).All() || (Filter{Since: day(1)}).All() {
		t.Error("All")
	}
}
