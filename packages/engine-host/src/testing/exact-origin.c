/*
 * A strict HTTP/1.1 origin that keeps what it was sent. Every connection's bytes are appended, as they came, to a file of its
 * own in the folder of the first argument before anything is answered. It takes what RFC 9112 allows a sender to say, and
 * nothing that a recipient may be lenient about; the rest is answered with 400, and whatever follows on the connection is kept
 * and not read.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_BYTES_MAX (256 * 1024)
#define TARGET_BYTES_MAX 1024
#define NEEDS_MORE 0
#define NOT_HTTP (-1)

struct message {
  const char *method, *target, *host, *connection;
  long method_length, target_length, host_length, connection_length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int messages, connections;

static int is_token(unsigned char c) { return isalnum(c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL); }

static int is_named(const char *line, long length, const char *name) {
  return length == (long)strlen(name) && strncasecmp(line, name, length) == 0;
}

/* The end of a line behind its CRLF; no line holds another control byte than a tab. */
static long end_of_line(const char *bytes, long length, long from) {
  for (long at = from; at < length; at++) {
    unsigned char c = bytes[at];
    if (c == '\r') return at + 1 == length ? NEEDS_MORE : bytes[at + 1] == '\n' ? at + 2 : NOT_HTTP;
    if ((c < 0x20 && c != '\t') || c == 0x7f) return NOT_HTTP;
  }
  return NEEDS_MORE;
}

static long end_of_chunks(const char *bytes, long length, long from) {
  for (long at = from;;) {
    long end = end_of_line(bytes, length, at), size = 0;
    if (end <= 0) return end;
    if (end - at < 3 || end - at > 8) return NOT_HTTP;
    for (; at < end - 2; at++) {
      if (!isxdigit((unsigned char)bytes[at])) return NOT_HTTP;
      size = size * 16 + (isdigit((unsigned char)bytes[at]) ? bytes[at] - '0' : tolower(bytes[at]) - 'a' + 10);
    }
    at = end;
    if (size == 0) break;
    if (length < at + size + 2) return NEEDS_MORE;
    if (bytes[at + size] != '\r' || bytes[at + size + 1] != '\n') return NOT_HTTP;
    at += size + 2;
    from = at;
  }
  for (long at = end_of_line(bytes, length, from);;) {
    long end = end_of_line(bytes, length, at);
    if (end <= 0 || end == at + 2) return end;
    at = end;
  }
}

/* GET SP target SP HTTP/1.1, with one space each. */
static int read_request_line(struct message *read, const char *line, long length) {
  long at = 0;
  read->method = line;
  while (at < length && isupper((unsigned char)line[at])) at++;
  read->method_length = at;
  if (at == 0 || at == length || line[at++] != ' ') return 0;
  read->target = line + at;
  while (at < length && line[at] > ' ' && line[at] < 0x7f) at++;
  read->target_length = line + at - read->target;
  if (read->target_length == 0 || read->target_length > TARGET_BYTES_MAX) return 0;
  return length - at == 9 && memcmp(line + at, " HTTP/1.1", 9) == 0;
}

/* How long the first message is; the rest of the bytes is the next one's. */
static long read_message(struct message *read, const char *bytes, long length) {
  long at = end_of_line(bytes, length, 0), body = -1;
  int is_chunked = 0, hosts = 0;
  memset(read, 0, sizeof *read);
  if (at <= 0) return at;
  if (!read_request_line(read, bytes, at - 2)) return NOT_HTTP;
  for (long end;; at = end) {
    end = end_of_line(bytes, length, at);
    if (end <= 0) return end;
    if (end == at + 2) break;
    long colon = at;
    while (is_token(bytes[colon])) colon++;
    if (colon == at || bytes[colon] != ':') return NOT_HTTP;
    const char *value = bytes + colon + 1;
    long value_length = bytes + end - 2 - value;
    while (value_length > 0 && (*value == ' ' || *value == '\t')) value++, value_length--;
    if (is_named(bytes + at, colon - at, "host")) read->host = value, read->host_length = value_length, hosts++;
    if (is_named(bytes + at, colon - at, "connection")) read->connection = value, read->connection_length = value_length;
    if (is_named(bytes + at, colon - at, "transfer-encoding")) {
      if (is_chunked || !is_named(value, value_length, "chunked")) return NOT_HTTP;
      is_chunked = 1;
    }
    if (is_named(bytes + at, colon - at, "content-length")) {
      if (body >= 0 || value_length < 1 || value_length > 9) return NOT_HTTP;
      for (body = 0; value_length > 0; value++, value_length--) {
        if (!isdigit((unsigned char)*value)) return NOT_HTTP;
        body = body * 10 + *value - '0';
      }
    }
  }
  if (hosts != 1 || (is_chunked && body >= 0)) return NOT_HTTP;
  at += 2;
  if (is_chunked) return end_of_chunks(bytes, length, at);
  if (body < 0) body = 0;
  return length - at < body ? NEEDS_MORE : at + body;
}

static int append_json(char *text, const char *bytes, long length) {
  int at = 0;
  text[at++] = '"';
  for (; length > 0; bytes++, length--) {
    if (*bytes == '"' || *bytes == '\\') text[at++] = '\\';
    text[at++] = *bytes;
  }
  text[at++] = '"';
  text[at] = 0;
  return at;
}

static void answer(int client, const struct message *read) {
  static __thread char body[8 * TARGET_BYTES_MAX], head[128];
  pthread_mutex_lock(&lock);
  int number = ++messages;
  pthread_mutex_unlock(&lock);
  int at = sprintf(body, "{\"count\":%d,\"method\":", number);
  at += append_json(body + at, read->method, read->method_length);
  at += sprintf(body + at, ",\"url\":");
  at += append_json(body + at, read->target, read->target_length);
  at += sprintf(body + at, ",\"host\":");
  at += append_json(body + at, read->host, read->host_length > TARGET_BYTES_MAX ? TARGET_BYTES_MAX : read->host_length);
  at += sprintf(body + at, "}");
  int head_length = sprintf(head, "HTTP/1.1 200 OK\r\nX-Latin: \xe9\r\nContent-Length: %d\r\n\r\n", at);
  if (write(client, head, head_length) < 0 || write(client, body, at) < 0) return;
}

static void *serve(void *argument) {
  static const char refusal[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  int client = (int)(long)argument, record = -1, is_over = 0;
  char *bytes = malloc(MESSAGE_BYTES_MAX), path[4096];
  long length = 0, got;
  while ((got = read(client, bytes + length, MESSAGE_BYTES_MAX - length)) > 0) {
    if (record < 0) {
      pthread_mutex_lock(&lock);
      snprintf(path, sizeof path, "%s/%d-%d", folder, getpid(), ++connections);
      pthread_mutex_unlock(&lock);
      record = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
    if (write(record, bytes + length, got) != got) abort();
    length += got;
    for (long taken; !is_over && length > 0; memmove(bytes, bytes + taken, length -= taken)) {
      struct message read;
      taken = read_message(&read, bytes, length);
      if (taken == NEEDS_MORE) break;
      is_over = taken == NOT_HTTP || is_named(read.connection, read.connection_length, "close");
      if (taken != NOT_HTTP) answer(client, &read);
      else if (write(client, refusal, sizeof refusal - 1) < 0) break;
      if (taken == NOT_HTTP) taken = length;
    }
    if (is_over) shutdown(client, SHUT_WR), length = 0;
  }
  close(client);
  if (record >= 0) close(record);
  free(bytes);
  return NULL;
}

int main(int count, char **arguments) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("PORT")))};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
  if (count < 2) return 2;
  folder = arguments[1];
  signal(SIGPIPE, SIG_IGN);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  inet_pton(AF_INET, getenv("ADDRESS"), &address.sin_addr);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0) return 1;
  for (;;) {
    int client = accept(listener, NULL, NULL);
    pthread_t thread;
    if (client < 0) continue;
    if (pthread_create(&thread, NULL, serve, (void *)(long)client) != 0) return 1;
    pthread_detach(thread);
  }
}
