// Server-sent events out of a response's body (WHATWG HTML, section 9.2). EventSource cannot send
// an Authorization header, and cannot POST; fetch can.

// Gives the data of each event, in order, however the bytes were cut.
export async function* events(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();  // Takes a byte order mark away, keeps cut characters back.
  let line = "";
  let data = null;
  let afterReturn = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;  // An event that no empty line ended is none, as the standard has it.
      for (const piece of decoder.decode(value, { stream: true }).split(/(\r\n|\n|\r)/)) {
        if (piece !== "\n" && piece !== "\r" && piece !== "\r\n") {
          line += piece;
          if (piece !== "") afterReturn = false;
          continue;
        }
        const secondHalf = afterReturn && piece === "\n";
        afterReturn = piece === "\r";
        if (secondHalf) continue;
        if (line === "") {
          if (data !== null) yield data;
          data = null;
        } else if (line === "data" || line.startsWith("data:")) {
          const text = line.slice(5).replace(/^ /, "");
          data = data === null ? text : `${data}\n${text}`;
        }
        line = "";
      }
    }
  } finally {
    await reader.cancel().catch(() => {});  // Whoever stops listening hangs up.
  }
}
