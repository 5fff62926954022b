// SPDX-License-Identifier: GPL-2.0
/*
 * png-is FILE WIDTH HEIGHT WORD: is the picture of that size, and its bytes the word
 * again and again, as "yes WORD" without its newlines gives them? The fourth of each
 * pixel is not drawn.  Says how many pixels differ.
 * link: -lpng -lz -lm
 */
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	unsigned long other = 0, i, nr;
	unsigned char *pixels;
	size_t len;

	if (argc != 5)
		return 2;
	if (!png_image_begin_read_from_file(&image, argv[1])) {
		printf("%s\n", image.message);
		return 1;
	}
	if (image.width != strtoul(argv[2], NULL, 10) || image.height != strtoul(argv[3], NULL, 10)) {
		printf("it is %u by %u\n", image.width, image.height);
		return 1;
	}
	image.format = PNG_FORMAT_BGRA;
	pixels = malloc(PNG_IMAGE_SIZE(image));
	if (!pixels || !png_image_finish_read(&image, NULL, pixels, 0, NULL)) {
		printf("%s\n", image.message);
		return 1;
	}
	len = strlen(argv[4]);
	nr = (unsigned long)image.width * image.height;
	for (i = 0; i < nr; i++) {
		unsigned long at = 4 * i;

		other += pixels[at] != (unsigned char)argv[4][at % len] ||
			 pixels[at + 1] != (unsigned char)argv[4][(at + 1) % len] ||
			 pixels[at + 2] != (unsigned char)argv[4][(at + 2) % len];
	}
	printf("%lu of %lu pixels differ\n", other, nr);
	return other != 0;
}
