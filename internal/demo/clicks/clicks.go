// Package clicks makes the click events of an imaginary web site: the same seed gives the same clicks, with the
// duplicates and late arrivals that a real site has.
package clicks

//go:generate go test -run TestSample -update .

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// Click is one event as it arrives. Times are UTC with milliseconds, as Flink's JSON format reads a TIMESTAMP(3).
type Click struct {
	ID   string    `json:"event_id"`
	User string    `json:"user_id"`
	Page string    `json:"page"`
	Time time.Time `json:"-"`
}

// timeLayout is what 'json.timestamp-format.standard' = 'SQL', Flink's default, reads.
const timeLayout = "2006-01-02 15:04:05.000"

// MarshalJSON writes the line that Flink reads.
func (c Click) MarshalJSON() ([]byte, error) {
	type plain Click
	return json.Marshal(struct {
		plain
		Time string `json:"ts"`
	}{plain(c), c.Time.UTC().Format(timeLayout)})
}

// UnmarshalJSON reads such a line, so that tests can count what was fed.
func (c *Click) UnmarshalJSON(text []byte) error {
	type plain Click
	line := struct {
		*plain
		Time string `json:"ts"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	when, err := time.Parse(timeLayout, line.Time)
	c.Time = when
	return err
}

// Traffic says what the site is like. The zero value is not useful; start from Site.
type Traffic struct {
	Pages     []string // the first ones are visited most
	Users     int
	PerSecond int           // new clicks a second
	Duplicate float64       // part of the clicks that arrive twice
	Late      float64       // part that arrives late, but within Lateness
	VeryLate  float64       // part that arrives later than Lateness, by minutes
	Lateness  time.Duration // what the windows of the example wait for
}

// Site is the site of the example.
func Site() Traffic {
	return Traffic{
		Pages: []string{"/", "/search", "/cars/compact", "/cars/electric", "/news", "/forum", "/dealers", "/about"},
		Users: 500, PerSecond: 20, Duplicate: 0.03, Late: 0.05, VeryLate: 0.005, Lateness: 30 * time.Second,
	}
}

// Stream gives the clicks of a site second by second. It is not safe for concurrent use.
type Stream struct {
	site    Traffic
	name    string // leads the ids of its clicks, so that two streams share none
	random  *rand.Rand
	now     time.Time
	made    int
	waiting map[int64][]Click // late clicks and second copies by the second in which they arrive
}

// NewStream starts a stream at a time. The same site, seed and start give the same clicks.
func NewStream(site Traffic, seed uint64, start time.Time) *Stream {
	start = start.UTC().Truncate(time.Second)
	return &Stream{
		site: site, name: strconv.FormatInt(start.Unix(), 36) + "-" + strconv.FormatUint(seed, 36),
		random: rand.New(rand.NewPCG(seed, 0)), now: start, waiting: map[int64][]Click{},
	}
}

// Next returns the clicks that arrive within the next second, in the order of their arrival, and moves on by it.
func (s *Stream) Next() []Click {
	arriving := s.waiting[s.now.Unix()]
	delete(s.waiting, s.now.Unix())
	for range s.site.PerSecond {
		c := s.click()
		if delay := s.delay(); delay > 0 {
			s.later(c, delay)
		} else {
			arriving = append(arriving, c)
		}
		if s.random.Float64() < s.site.Duplicate {
			s.later(c, time.Duration(1+s.random.IntN(5))*time.Second)
		}
	}
	s.now = s.now.Add(time.Second)
	return arriving
}

func (s *Stream) click() Click {
	s.made++
	// Squaring the even distribution makes the first pages and users the most frequent ones.
	skewed := func(n int) int { return int(math.Pow(s.random.Float64(), 2) * float64(n)) }
	return Click{
		ID:   fmt.Sprintf("%s-%06d", s.name, s.made),
		User: fmt.Sprintf("u%04d", skewed(s.site.Users)),
		Page: s.site.Pages[skewed(len(s.site.Pages))],
		Time: s.now.Add(time.Duration(s.random.IntN(1000)) * time.Millisecond),
	}
}

// delay is how much later than made a click arrives; late ones stay two seconds clear of the limit on both sides.
func (s *Stream) delay() time.Duration {
	switch p := s.random.Float64(); {
	case p < s.site.VeryLate:
		return s.site.Lateness + 2*time.Minute + time.Duration(s.random.IntN(180))*time.Second
	case p < s.site.VeryLate+s.site.Late:
		return time.Duration(1+s.random.IntN(max(1, int(s.site.Lateness/time.Second)-2))) * time.Second
	}
	return 0
}

func (s *Stream) later(c Click, delay time.Duration) {
	second := s.now.Add(delay).Unix()
	s.waiting[second] = append(s.waiting[second], c)
}
