package target

import (
	"crypto/rand"
	"encoding/hex"
)

// NewJobID returns a random job id. Record it before Submit.
func NewJobID() JobID { return JobID(randomHex()) }

// NewTrigger returns a random trigger for Stop or Savepoint. Record it before the call.
func NewTrigger() string { return randomHex() }

// Valid says whether the id has the form that Flink takes (JobID.fromHexString) in the spelling that Flink prints.
func (id JobID) Valid() bool { return validHex(string(id)) }

// ValidTrigger says whether a trigger has the form that Flink takes (TriggerId.fromHexString).
func ValidTrigger(trigger string) bool { return validHex(trigger) }

func validHex(text string) bool {
	if len(text) != 32 {
		return false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func randomHex() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	return hex.EncodeToString(raw[:])
}
