package whatsapp

import "touchback/restore/chat"

// event reads something planned, and who answered what (see addOns).
func (r *reading) event(m *chat.Message) {
	m.Event = &chat.EventInfo{Name: m.Text}
	rec, ok := r.side(tEvent, m.Row)
	if !ok {
		return
	}
	e := m.Event
	if name := rec.text(cEventName); name != "" {
		e.Name = name
	}
	e.Description, e.Link = rec.text(cEventDescription), rec.text(cEventLink)
	e.Start, e.End = millis(rec.int(cEventStart)), millis(rec.int(cEventEnd))
	e.Cancelled = rec.int(cEventCancelled) != 0
	place := chat.Location{
		Lat: rec.float(cEventLat), Lon: rec.float(cEventLon),
		Name: rec.text(cEventPlace), Address: rec.text(cEventAddress),
	}
	if place != (chat.Location{}) {
		e.Location = &place
	}
}

// responseWord is a code of message_add_on_event_response.response.
func responseWord(code int64) string {
	switch code {
	case 1:
		return "going"
	case 2:
		return "not_going"
	case 3:
		return "maybe"
	}
	return numbered("response", code)
}

// associationAlbum is the association_type of an album and its parts.
const associationAlbum = 1

func (r *reading) album(m *chat.Message) {
	m.Album = &chat.AlbumInfo{}
	if rec, ok := r.side(tAlbum, m.Row); ok {
		// What was expected is missing in older versions, and what came may
		// be less.
		m.Album.Images = max(rec.int(cAlbumImages), rec.int(cAlbumAllImages), 0)
		m.Album.Videos = max(rec.int(cAlbumVideos), rec.int(cAlbumAllVideos), 0)
	}
	m.Album.Parts = append(m.Album.Parts, r.of(tAssociation, m.Row)...)
}

// albumOf returns the album that a message is a part of, 0 where of none.
func (r *reading) albumOf(message int64) int64 {
	for _, parent := range r.of(byChild, message) {
		return parent
	}
	return 0
}

func (r *reading) poll(m *chat.Message) {
	m.Poll = &chat.Poll{Question: m.Text}
	if rec, ok := r.side(tPoll, m.Row); ok {
		m.Poll.Choices = max(rec.int(cPollChoices), 0)
		m.Poll.Ends = millis(rec.int(cPollEnds))
	}
	options := append([]int64(nil), r.of(tPollOption, m.Row)...)
	for _, row := range options {
		if rec, ok := r.get(tPollOption, row); ok {
			m.Poll.Options = append(m.Poll.Options, chat.PollOption{Name: rec.text(cPollName), Votes: rec.int(cPollVotes)})
		} else { // so that options stay where votes look for them
			m.Poll.Options = append(m.Poll.Options, chat.PollOption{})
		}
	}
	r.votes(m, options)
}

// votes adds who chose what. options are the rows of the poll's options.
func (r *reading) votes(m *chat.Message, options []int64) {
	for _, row := range append([]int64(nil), r.of(tVote, m.Row)...) {
		on, ok := r.addOn(row, m.Row)
		if !ok {
			continue
		}
		voter := chat.Voter{FromMe: on.fromMe, Time: millis(on.time)}
		if !on.fromMe {
			voter.Sender = r.sender(m.Chat, on.sender)
		}
		for _, chosen := range r.anywhere(tChosen, row) {
			rec, ok := r.get(tChosen, chosen)
			if !ok {
				continue
			}
			for i, option := range options {
				if option == rec.int(cChosenOption) {
					m.Poll.Options[i].Voters = append(m.Poll.Options[i].Voters, voter)
				}
			}
		}
	}
}
