package kubetest

import (
	"encoding/binary"
	"io"
	"net/http"
)

// Refused has the kubelet refuse to start commands in pods, for this reason.
func Refused(why string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // the test sees that nothing answers
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
		content := "\x03" + `{"status":"Failure","message":"` + why + `"}` // the channel of how a command ended
		_, _ = conn.Write(append(binary.BigEndian.AppendUint16([]byte{0x82, 126}, uint16(len(content))), content...))
		_, _ = io.Copy(io.Discard, conn)
	}
}

// Forbidden refuses as the API server does when a right is missing.
func Forbidden(message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, http.StatusForbidden, "Forbidden", message) }
}
