package clicks

import "time"

// Views are the page views and unique visitors of one page on one day: what the job pv_uv of the example computes from
// the same clicks.
type Views struct {
	Day   string // 2006-01-02, UTC
	Page  string
	Views int64
	Users int64
}

// CountDays counts clicks per day and page, each event id once, whenever it arrives.
func CountDays(all []Click) map[[2]string]Views {
	seen := map[string]bool{}
	users := map[[3]string]bool{}
	out := map[[2]string]Views{}
	for _, c := range all {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		day := c.Time.UTC().Format(time.DateOnly)
		v := out[[2]string{day, c.Page}]
		v.Day, v.Page = day, c.Page
		v.Views++
		if visitor := [3]string{day, c.Page, c.User}; !users[visitor] {
			users[visitor] = true
			v.Users++
		}
		out[[2]string{day, c.Page}] = v
	}
	return out
}
