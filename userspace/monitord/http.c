// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "service.h"
#include "../lib/msg.h"
#include "../lib/parse.h"

/* Whoever asks is hostile: so many at once, so much of each, and so long. */
#define CONNECTIONS	16
#define CONNECTION_BYTES	(32 << 10)
#define CONNECTION_S	10

struct http {
	struct MHD_Daemon *daemon;
	void (*print)(FILE *to, void *arg);
	void *arg;
};

/* -- Where ------------------------------------------------------------------ */

static int listen_unix(const char *path, const char **why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = -1;
	mode_t mask;

	if (!path[0] || strlen(path) >= sizeof(address.sun_path)) {
		*why = "the path of a socket is shorter than 108 bytes";
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(path);
	mask = umask(0117);
	if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, CONNECTIONS))) {
		*why = strerror(errno);
		close(fd);
		fd = -1;
	}
	umask(mask);
	return fd;
}

/* What guests and VMMs do is nobody's on the network. */
static int listen_loopback(const char *at, const char **why)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	const char *colon = strrchr(at, ':');
	int fd, one = 1;
	uint32_t port;

	if (!colon || inet_pton(AF_INET, fmt("%.*s", (int)(colon - at), at), &address.sin_addr) != 1 ||
	    ntohl(address.sin_addr.s_addr) >> 24 != 127 || !parse_u32(colon + 1, 1, 65535, &port)) {
		*why = "it is unix:PATH, or 127.0.0.1:PORT";
		return -1;
	}
	address.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, CONNECTIONS)) {
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* -- Answers ---------------------------------------------------------------- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, char *text, size_t length,
			      const char *type)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	response = MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, "Content-Type", type);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned int status, const char *why)
{
	char *text = strdup(why);

	return text ? answer(connection, status, text, strlen(text), "text/plain") : MHD_NO;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct http *http = arg;
	char *text = NULL;
	size_t length;
	FILE *file;

	(void)version;
	(void)upload;
	/* It is called for each part of what is sent: nothing of that is wanted. */
	if (!*state) {
		*state = http;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
	if (strcmp(url, "/metrics"))
		return refuse(connection, MHD_HTTP_NOT_FOUND, "there is /metrics\n");
	file = open_memstream(&text, &length);
	if (!file)
		return MHD_NO;
	http->print(file, http->arg);
	if (fclose(file)) {
		free(text);
		return MHD_NO;
	}
	return answer(connection, MHD_HTTP_OK, text, length, "text/plain; version=0.0.4");
}

struct http *http_begin(const char *at, void (*print)(FILE *to, void *arg), void *arg, const char **why)
{
	struct http *http = calloc(1, sizeof(*http));
	int fd;

	*why = strerror(ENOMEM);
	if (!http)
		return NULL;
	http->print = print;
	http->arg = arg;
	fd = strncmp(at, "unix:", 5) ? listen_loopback(at, why) : listen_unix(at + 5, why);
	if (fd >= 0)
		http->daemon = MHD_start_daemon(MHD_NO_FLAG, 0, NULL, NULL, on_request, http,
						MHD_OPTION_LISTEN_SOCKET, fd,
						MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
						MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
						MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)CONNECTION_S,
						MHD_OPTION_END);
	if (http->daemon)
		return http;
	if (fd >= 0) {
		*why = "libmicrohttpd does not begin";
		close(fd);
	}
	free(http);
	return NULL;
}

void http_run(struct http *http)
{
	if (http)
		MHD_run(http->daemon);
}

void http_end(struct http *http)
{
	if (!http)
		return;
	MHD_stop_daemon(http->daemon);
	free(http);
}
