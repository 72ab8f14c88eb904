package whatsapp

// TablesRead lists the tables that are read, each with its columns.
func TablesRead() map[string][]string {
	all := map[string][]string{}
	for _, s := range specs() {
		all[s.name] = s.columns
	}
	return all
}
