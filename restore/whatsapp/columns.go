package whatsapp

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
	cMessageReceived
)

const (
	cChatJID = iota
	cChatHidden
	cChatSubject
	cChatArchived
	cChatSort
	cChatGroupType
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

const (
	cRevokedAdmin = iota
	cRevokedTime
)

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
	cCallGroup
)

const cCallOfMessageLog = 0

const cForwardScore = 0

const (
	cMentionMessage = iota
	cMentionJID
)

const (
	cReceiptMessage = iota
	cReceiptJID
	cReceiptDelivered
	cReceiptRead
	cReceiptPlayed
)

const (
	cEventName = iota
	cEventDescription
	cEventLat
	cEventLon
	cEventPlace
	cEventAddress
	cEventLink
	cEventStart
	cEventEnd
	cEventCancelled
)

const (
	cResponseCode = iota
	cResponseTime
	cResponseGuests
)

const (
	cScheduledTitle = iota
	cScheduledTime
)

const (
	cAlbumImages = iota
	cAlbumVideos
	cAlbumAllImages
	cAlbumAllVideos
)

const (
	cAssociationParent = iota
	cAssociationChild
	cAssociationType
)

const (
	cPollChoices = iota
	cPollEnds
)

const cVoteTime = 0

const (
	cChosenVote = iota
	cChosenOption
)

const (
	cCallPersonCall = iota
	cCallPersonJID
	cCallPersonResult
)

const cMeJoined = 0

const (
	cNodeMessage = iota
	cNodeSubject
)

const cBusinessName = 0

const (
	cProductTitle = iota
	cProductDescription
	cProductCurrency
	cProductAmount
	cProductSale
)

const (
	cOrderTitle = iota
	cOrderItems
	cOrderMessage
	cOrderCurrency
	cOrderAmount
)

const (
	cInviteName = iota
	cInviteGroup
)

const (
	cTemplateText = iota
	cTemplateFooter
)

const (
	cPaymentAmount = iota
	cPaymentFrom
	cPaymentTo
)

const (
	cInvoiceAmount = iota
	cInvoiceNote
)

const (
	cTransactionMessage = iota
	cTransactionCurrency
	cTransactionAmount
	cTransactionFrom
	cTransactionTo
)

const cPackName = 0

const (
	cOldChat = iota
	cOldFromMe
	cOldKey
	cOldStatus
	cOldText
	cOldTime
	cOldType
	cOldMIME
	cOldSize
	cOldName
	cOldCaption
	cOldHash
	cOldSeconds
	cOldOrigin
	cOldLat
	cOldLon
	cOldThumb
	cOldSender
	cOldReceived
	cOldDelivered
	cOldRead
	cOldPlayed
	cOldStarred
	cOldQuoted
	cOldMentions
	cOldEditVersion
	cOldForwards
)

const (
	cOldQuoteChat = iota
	cOldQuoteFromMe
	cOldQuoteKey
	cOldQuoteText
	cOldQuoteType
	cOldQuoteCaption
	cOldQuoteSender
)

const (
	cOldReceiptChat = iota
	cOldReceiptKey
	cOldReceiptPerson
	cOldReceiptDelivered
	cOldReceiptRead
	cOldReceiptPlayed
)

const (
	cChatListJID = iota
	cChatListSubject
	cChatListArchived
	cChatListSort
)
