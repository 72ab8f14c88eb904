package whatsapp

import (
	"strconv"
	"strings"

	"touchback/restore/chat"
)

// trade reads what businesses and invitations put into tables of their own.
// The codes of these kinds differ between versions, so that what a message is
// follows from the table that has its row. A message of none of them keeps its
// type.
func (r *reading) trade(m *chat.Message) {
	switch {
	case r.product(m), r.order(m), r.invite(m), r.payment(m), r.template(m):
	default:
		if rec, ok := r.side(tStickerPack, m.Row); ok {
			m.Type, m.Note = chat.Sticker, said("Sticker pack", rec.text(cPackName))
			return
		}
		if rec, ok := r.side(tScheduledCall, m.Row); ok {
			m.Type = chat.Event
			m.Event = &chat.EventInfo{Name: rec.text(cScheduledTitle), Start: millis(rec.int(cScheduledTime))}
		}
	}
}

func (r *reading) product(m *chat.Message) bool {
	rec, ok := r.side(tProduct, m.Row)
	if !ok {
		return false
	}
	price := rec.int(cProductSale)
	if price == 0 {
		price = rec.int(cProductAmount)
	}
	m.Type = chat.Product
	m.Note = lines(said("Product", rec.text(cProductTitle)), rec.text(cProductDescription), amount(price, rec.text(cProductCurrency)))
	return true
}

func (r *reading) order(m *chat.Message) bool {
	rec, ok := r.side(tOrder, m.Row)
	if !ok {
		return false
	}
	items := ""
	if n := rec.int(cOrderItems); n > 0 {
		items = counted64(n, "item")
	}
	m.Type = chat.Order
	m.Note = lines(said("Order", rec.text(cOrderTitle)), rec.text(cOrderMessage), items, amount(rec.int(cOrderAmount), rec.text(cOrderCurrency)))
	return true
}

func (r *reading) invite(m *chat.Message) bool {
	rec, ok := r.side(tInvite, m.Row)
	if !ok {
		return false
	}
	name := rec.text(cInviteName)
	if name == "" {
		name = named(r.person(rec.int(cInviteGroup)))
	}
	m.Type, m.Note = chat.Invite, said("Invitation to the group", name)
	return true
}

func (r *reading) template(m *chat.Message) bool {
	rec, ok := r.side(tTemplate, m.Row)
	if !ok {
		return false
	}
	m.Type, m.Note = chat.Template, lines(rec.text(cTemplateText), rec.text(cTemplateFooter))
	return true
}

func (r *reading) payment(m *chat.Message) bool {
	what, sum := "", ""
	var from, to int64
	if rec, ok := r.side(tPayment, m.Row); ok {
		what, sum, from, to = "Payment", rec.text(cPaymentAmount), rec.int(cPaymentFrom), rec.int(cPaymentTo)
	} else if rec, ok := r.side(tInvoice, m.Row); ok {
		what, sum = "Invoice", lines(rec.text(cInvoiceAmount), rec.text(cInvoiceNote))
	} else if _, ok := r.side(tPaymentInvite, m.Row); ok {
		what = "Invitation to payments"
	} else if t, ok := r.transaction(m.Row); ok {
		what, from, to = "Payment", t.int(cTransactionFrom), t.int(cTransactionTo)
		sum = amount(t.int(cTransactionAmount), t.text(cTransactionCurrency))
	} else {
		return false
	}
	m.Type, m.Note = chat.Payment, lines(r.between(what, from, to), sum)
	return true
}

func (r *reading) transaction(message int64) (record, bool) {
	for _, row := range r.of(tTransaction, message) {
		return r.get(tTransaction, row)
	}
	return record{}, false
}

// between adds who paid whom, where that is known.
func (r *reading) between(what string, from, to int64) string {
	if name := named(r.person(from)); name != "" {
		what += " from " + name
	}
	if name := named(r.person(to)); name != "" {
		what += " to " + name
	}
	return what
}

// said is what something is and what it is called.
func said(what, name string) string {
	if name == "" {
		return what
	}
	return what + " “" + name + "”"
}

// lines joins what is not empty.
func lines(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(p)
	}
	return b.String()
}

// amount writes thousandths of a currency's unit: "12.50 EUR". Nothing is "".
func amount(thousandths int64, currency string) string {
	if thousandths <= 0 || currency == "" {
		return ""
	}
	whole, rest := thousandths/1000, thousandths%1000
	s := strconv.FormatInt(whole, 10)
	if rest > 0 {
		digits := strconv.FormatInt(1000+rest, 10)[1:]
		if strings.HasSuffix(digits, "0") {
			digits = digits[:2]
		}
		s += "." + digits
	}
	return s + " " + currency
}
