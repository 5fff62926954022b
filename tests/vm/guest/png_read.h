/* SPDX-License-Identifier: GPL-2.0 */
/* A picture in a file, for programs that judge it. */
#ifndef PNG_READ_H
#define PNG_READ_H

#include <png.h>
#include <stdio.h>
#include <stdlib.h>

/* Its pixels, of four bytes each: blue, green, red, and one more; ends the program where it is none. */
static unsigned char *png_read_pixels(const char *file, unsigned int *width, unsigned int *height)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned char *pixels = NULL;

	if (png_image_begin_read_from_file(&image, file)) {
		image.format = PNG_FORMAT_BGRA;
		pixels = malloc(PNG_IMAGE_SIZE(image));
	}
	if (!pixels || !png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
		printf("%s\n", image.message);
		exit(1);
	}
	*width = image.width;
	*height = image.height;
	return pixels;
}

#endif
