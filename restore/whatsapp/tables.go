package whatsapp

import "touchback/restore/pages"

// tableID names a table of msgstore that is read here. The schema differs
// from version to version: a table or a column that a backup lacks reads as
// if it were empty.
type tableID int

const (
	tMessage tableID = iota
	tChat
	tJID
	tJIDMap
	tLIDName
	tNewsletter
	tMedia
	tQuoted
	tEdit
	tRevoked
	tViewOnce
	tLocation
	tVCard
	tPollOption
	tAddOn
	tReaction
	tSystem
	tSystemValue
	tSystemNumber
	tSystemTimer
	tSystemBlock
	tSystemPeople
	tMissed
	tCallLog
	tCallOfMessage
	numTables
)

// Columns by their position in tableSpec.columns.
const (
	cMessageChat = iota
	cMessageFromMe
	cMessageKey
	cMessageSender
	cMessageStatus
	cMessageOriginFlags
	cMessageOrigin
	cMessageTime
	cMessageType
	cMessageText
	cMessageStarred
)

const (
	cChatJID = iota
	cChatHidden
	cChatSubject
	cChatArchived
	cChatSort
)

const (
	cJIDUser = iota
	cJIDServer
	cJIDRaw
)

const cJIDMapPhone = 0

const (
	cLIDName = iota
	cLIDUser
)

const cNewsletterName = 0

const (
	cMediaPath = iota
	cMediaMIME
	cMediaName
	cMediaCaption
	cMediaSize
	cMediaLength
	cMediaSeconds
	cMediaWidth
	cMediaHeight
	cMediaHash
)

const (
	cQuotedFromMe = iota
	cQuotedSender
	cQuotedKey
	cQuotedType
	cQuotedText
	cQuotedChat
)

const cEditTime = 0

const cRevokedAdmin = 0

const (
	cLocationLat = iota
	cLocationLon
	cLocationName
	cLocationAddress
)

const (
	cVCardMessage = iota
	cVCardText
)

const (
	cPollMessage = iota
	cPollName
	cPollVotes
)

const (
	cAddOnParent = iota
	cAddOnType
	cAddOnSender
	cAddOnFromMe
	cAddOnTime
)

const (
	cReactionText = iota
	cReactionTime
)

const cSystemAction = 0

const cSystemOld = 0

const (
	cSystemOldJID = iota
	cSystemNewJID
)

const cTimerSeconds = 0

const cBlocked = 0

const (
	cPeopleMessage = iota
	cPeopleJID
)

const (
	cMissedMessage = iota
	cMissedVideo
)

const (
	cCallID = iota
	cCallVideo
	cCallSeconds
	cCallResult
)

const cCallOfMessageLog = 0

// tableSpec says what of a table is read.
type tableSpec struct {
	name string
	// key is the column that rows are looked up by. It must be the rowid's
	// other name, as it is in every schema seen; where it isn't the table
	// reads as empty. "" takes any rowid.
	key     string
	columns []string
	// forward is set where rows belong to messages by their rowid, or nearly
	// so, and reading all messages in order reads this table in order, too.
	forward bool
}

// specs lists the tables. It is a function since Go has no constant arrays.
func specs() [numTables]tableSpec {
	return [numTables]tableSpec{
		tMessage:    {"message", "_id", []string{"chat_row_id", "from_me", "key_id", "sender_jid_row_id", "status", "origination_flags", "origin", "timestamp", "message_type", "text_data", "starred"}, false},
		tChat:       {"chat", "_id", []string{"jid_row_id", "hidden", "subject", "archived", "sort_timestamp"}, false},
		tJID:        {"jid", "_id", []string{"user", "server", "raw_string"}, false},
		tJIDMap:     {"jid_map", "lid_row_id", []string{"jid_row_id"}, false},
		tLIDName:    {"lid_display_name", "lid_row_id", []string{"display_name", "username"}, false},
		tNewsletter: {"newsletter", "chat_row_id", []string{"name"}, false},

		tMedia:    {"message_media", "message_row_id", []string{"file_path", "mime_type", "media_name", "media_caption", "file_size", "file_length", "media_duration", "width", "height", "file_hash"}, true},
		tQuoted:   {"message_quoted", "message_row_id", []string{"from_me", "sender_jid_row_id", "key_id", "message_type", "text_data", "parent_message_chat_row_id"}, true},
		tEdit:     {"message_edit_info", "message_row_id", []string{"edited_timestamp"}, true},
		tRevoked:  {"message_revoked", "message_row_id", []string{"admin_jid_row_id"}, true},
		tViewOnce: {"message_view_once_media", "message_row_id", nil, true},
		tLocation: {"message_location", "message_row_id", []string{"latitude", "longitude", "place_name", "place_address"}, true},

		tVCard:      {"message_vcard", "", []string{"message_row_id", "vcard"}, false},
		tPollOption: {"message_poll_option", "", []string{"message_row_id", "option_name", "vote_total"}, false},
		tAddOn:      {"message_add_on", "_id", []string{"parent_message_row_id", "message_add_on_type", "sender_jid_row_id", "from_me", "timestamp"}, true},
		tReaction:   {"message_add_on_reaction", "message_add_on_row_id", []string{"reaction", "sender_timestamp"}, true},

		tSystem:       {"message_system", "message_row_id", []string{"action_type"}, true},
		tSystemValue:  {"message_system_value_change", "message_row_id", []string{"old_data"}, true},
		tSystemNumber: {"message_system_number_change", "message_row_id", []string{"old_jid_row_id", "new_jid_row_id"}, true},
		tSystemTimer:  {"message_ephemeral_setting", "message_row_id", []string{"setting_duration"}, true},
		tSystemBlock:  {"message_system_block_contact", "message_row_id", []string{"is_blocked"}, true},
		tSystemPeople: {"message_system_chat_participant", "", []string{"message_row_id", "user_jid_row_id"}, false},

		tMissed:        {"missed_call_logs", "", []string{"message_row_id", "video_call"}, false},
		tCallLog:       {"call_log", "", []string{"call_id", "video_call", "duration", "call_result"}, false},
		tCallOfMessage: {"message_call_log", "message_row_id", []string{"call_log_row_id"}, true},
	}
}

// wanted are the names of all tables that are read.
func wanted() []string {
	var names []string
	for _, s := range specs() {
		names = append(names, s.name)
	}
	return names
}

// table is a table of this backup, with where its columns are in it.
type table struct {
	*pages.Table
	id     tableID
	pos    []int
	usable bool
}

func bind(t *pages.Table, id tableID, spec *tableSpec) *table {
	b := &table{Table: t, id: id, pos: make([]int, len(spec.columns))}
	for i, name := range spec.columns {
		b.pos[i] = t.Index(name)
	}
	b.usable = spec.key == "" || t.RowIDColumn >= 0 && t.RowIDColumn == t.Index(spec.key)
	return b
}

// record is a row with its columns as tableSpec counts them. What is NULL, of
// another type, or not there at all, reads as zero.
type record struct {
	*pages.Row
	pos []int
}

func (r record) int(c int) int64 {
	n, _ := r.Int(r.pos[c])
	return n
}

func (r record) float(c int) float64 {
	f, _ := r.Float(r.pos[c])
	return f
}

func (r record) bytes(c int) []byte { return r.Text(r.pos[c]) }

func (r record) text(c int) string { return string(r.Text(r.pos[c])) }
