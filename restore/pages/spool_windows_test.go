package pages

var otherOpen = openUnnamed
