package whatsapp

import (
	"strconv"

	"touchback/restore/pages"
)

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
	tForwarded
	tMention
	tReceipt
	tEvent
	tResponse
	tScheduledCall
	tAlbum
	tAssociation
	tPoll
	tVote
	tChosen
	tCallPeople
	tMissedPeople
	tCommunity
	tSystemGroup
	tSystemNodes
	tSystemBusiness
	tProduct
	tOrder
	tInvite
	tTemplate
	tPayment
	tPaymentInvite
	tInvoice
	tTransaction
	tStickerPack

	// Of the layout that was used until about 2021.
	tOldMessage
	tOldQuote
	tOldVCard
	tOldReceipt
	tChatList
	numTables

	// byChild is no table, but the second way to look into tAssociation.
	byChild = numTables
)

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
		tMessage:    {"message", "_id", []string{"chat_row_id", "from_me", "key_id", "sender_jid_row_id", "status", "origination_flags", "origin", "timestamp", "message_type", "text_data", "starred", "received_timestamp"}, false},
		tChat:       {"chat", "_id", []string{"jid_row_id", "hidden", "subject", "archived", "sort_timestamp", "group_type"}, false},
		tJID:        {"jid", "_id", []string{"user", "server", "raw_string"}, false},
		tJIDMap:     {"jid_map", "lid_row_id", []string{"jid_row_id"}, false},
		tLIDName:    {"lid_display_name", "lid_row_id", []string{"display_name", "username"}, false},
		tNewsletter: {"newsletter", "chat_row_id", []string{"name"}, false},

		tMedia:    {"message_media", "message_row_id", []string{"file_path", "mime_type", "media_name", "media_caption", "file_size", "file_length", "media_duration", "width", "height", "file_hash"}, true},
		tQuoted:   {"message_quoted", "message_row_id", []string{"from_me", "sender_jid_row_id", "key_id", "message_type", "text_data", "parent_message_chat_row_id"}, true},
		tEdit:     {"message_edit_info", "message_row_id", []string{"edited_timestamp"}, true},
		tRevoked:  {"message_revoked", "message_row_id", []string{"admin_jid_row_id", "revoke_timestamp"}, true},
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
		tCallLog:       {"call_log", "", []string{"call_id", "video_call", "duration", "call_result", "group_jid_row_id"}, false},
		tCallOfMessage: {"message_call_log", "message_row_id", []string{"call_log_row_id"}, true},
		tCallPeople:    {"call_log_participant_v2", "", []string{"call_log_row_id", "jid_row_id", "call_result"}, false},
		tMissedPeople:  {"missed_call_log_participant", "", []string{"call_logs_row_id", "jid", "call_result"}, false},

		tForwarded:     {"message_forwarded", "message_row_id", []string{"forward_score"}, true},
		tMention:       {"message_mentions", "", []string{"message_row_id", "jid_row_id"}, true},
		tReceipt:       {"receipt_user", "", []string{"message_row_id", "receipt_user_jid_row_id", "receipt_timestamp", "read_timestamp", "played_timestamp"}, true},
		tEvent:         {"message_event", "message_row_id", []string{"name", "description", "location_latitude", "location_longitude", "location_name", "location_address", "join_link", "start_time", "end_time", "is_canceled"}, true},
		tResponse:      {"message_add_on_event_response", "message_add_on_row_id", []string{"response", "sender_timestamp", "extra_guest_count"}, true},
		tScheduledCall: {"message_scheduled_call", "message_row_id", []string{"title", "scheduled_timestamp_ms"}, true},
		tAlbum:         {"message_album", "message_row_id", []string{"image_count", "video_count", "expected_image_count", "expected_video_count"}, true},
		tAssociation:   {"message_association", "", []string{"parent_message_row_id", "child_message_row_id", "association_type"}, false},
		tPoll:          {"message_poll", "message_row_id", []string{"selectable_options_count", "end_time"}, true},
		tVote:          {"message_add_on_poll_vote", "message_add_on_row_id", []string{"sender_timestamp"}, true},
		tChosen:        {"message_add_on_poll_vote_selected_option", "", []string{"message_add_on_row_id", "message_poll_option_id"}, false},

		tSystemGroup:    {"message_system_group", "message_row_id", []string{"is_me_joined"}, true},
		tSystemNodes:    {"message_system_with_group_nodes", "", []string{"message_row_id", "group_subject"}, false},
		tSystemBusiness: {"message_system_business_state", "message_row_id", []string{"business_name"}, true},
		tCommunity:      {"community_chat", "chat_row_id", nil, false},

		tProduct:       {"message_product", "message_row_id", []string{"title", "description", "currency_code", "amount_1000", "sale_amount_1000"}, true},
		tOrder:         {"message_order", "message_row_id", []string{"order_title", "item_count", "message", "currency_code", "total_amount_1000"}, true},
		tInvite:        {"message_group_invite", "message_row_id", []string{"group_name", "group_jid_row_id"}, true},
		tTemplate:      {"message_template", "message_row_id", []string{"content_text_data", "footer_text_data"}, true},
		tPayment:       {"message_payment", "message_row_id", []string{"amount_with_symbol", "sender_jid_row_id", "receiver_jid_row_id"}, true},
		tPaymentInvite: {"message_payment_invite", "message_row_id", nil, true},
		tInvoice:       {"message_invoice", "message_row_id", []string{"amount", "note"}, true},
		tTransaction:   {"pay_transaction", "", []string{"message_row_id", "currency_code", "amount_1000", "sender_jid_row_id", "receiver_jid_row_id"}, false},
		tStickerPack:   {"message_sticker_pack", "message_row_id", []string{"pack_name"}, true},

		tOldMessage: {"messages", "_id", []string{"key_remote_jid", "key_from_me", "key_id", "status", "data", "timestamp", "media_wa_type", "media_mime_type", "media_size", "media_name", "media_caption", "media_hash", "media_duration", "origin", "latitude", "longitude", "thumb_image", "remote_resource", "received_timestamp", "receipt_device_timestamp", "read_device_timestamp", "played_device_timestamp", "starred", "quoted_row_id", "mentioned_jids", "edit_version", "forwarded"}, false},
		tOldQuote:   {"messages_quotes", "_id", []string{"key_remote_jid", "key_from_me", "key_id", "data", "media_wa_type", "media_caption", "remote_resource"}, false},
		tOldVCard:   {"messages_vcards", "", []string{"message_row_id", "vcard"}, false},
		tOldReceipt: {"receipts", "", []string{"key_remote_jid", "key_id", "remote_resource", "receipt_device_timestamp", "read_device_timestamp", "played_device_timestamp"}, false},
		tChatList:   {"chat_list", "_id", []string{"key_remote_jid", "subject", "archived", "sort_timestamp"}, false},
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

// number is for columns of numbers that some versions keep as text.
func (r record) number(c int) int64 {
	if n, ok := r.Int(r.pos[c]); ok {
		return n
	}
	n, _ := strconv.ParseInt(string(r.Text(r.pos[c])), 10, 64)
	return n
}

func (r record) bytes(c int) []byte { return r.Text(r.pos[c]) }

func (r record) text(c int) string { return string(r.Text(r.pos[c])) }
