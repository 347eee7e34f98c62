"""A web server on 127.0.0.1 for the tests of `byeol pull`: it can cut answers, redirect and lie."""
import http.server
import threading


class Page:
    """What a path answers, and what was asked of it."""

    def __init__(self, body, *, etag='"v1"', ranges=True, cut_after=(), redirect=None, headers=(),
                 status=200):
        self.body = body
        self.etag = etag
        self.ranges = ranges
        self.cut_after = list(cut_after)  # Bytes after which the first answers are cut.
        self.redirect = redirect
        self.headers = dict(headers)
        self.status = status
        self.asked_ranges = []  # The Range header of each request, or None.


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        page = self.server.pages.get(self.path)
        if page is None:
            self.send_error(404)
            return
        page.asked_ranges.append(self.headers.get("Range"))
        if page.redirect:
            self.send_response(302)
            self.send_header("Location", page.redirect)
            self.send_extra(page)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if page.status != 200:
            self.send_error(page.status)
            return
        self.send_body(page)

    def send_extra(self, page):
        for name, value in page.headers.items():
            self.send_header(name, value)

    def send_body(self, page):
        begin = 0
        asked = self.headers.get("Range")
        same_version = self.headers.get("If-Range") in (None, page.etag)
        if asked and page.ranges and same_version:
            begin = int(asked.removeprefix("bytes=").split("-")[0])
            if begin >= len(page.body):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(page.body)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range",
                             f"bytes {begin}-{len(page.body) - 1}/{len(page.body)}")
        else:
            self.send_response(200)
        if page.etag:
            self.send_header("ETag", page.etag)
        self.send_extra(page)
        body = page.body[begin:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if page.cut_after:
            self.wfile.write(body[:page.cut_after.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server:
    def __init__(self):
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.handle_error = lambda *_: None  # A cut connection is what the tests ask for.
        self.http.pages = {}
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def page(self, path, body, **how):
        self.http.pages[path] = Page(body, **how)
        return self.http.pages[path]

    def close(self):
        self.http.shutdown()
        self.http.server_close()
