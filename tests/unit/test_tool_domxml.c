// SPDX-License-Identifier: GPL-2.0
/* The libvirt hook's reader of XML: what it must find, and what must not hurt it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/lib/parse.c"
#include "../../userspace/libvirt/domxml.c"

static struct domxml domain;
static char error[DOMXML_ERROR_LEN];

static const char whole[] =
	"<?xml version='1.0'?>\n<!-- <hostdev> -->\n"
	"<domain type='kvm' id='3'>\n"
	"  <name>a &lt;guest&gt;</name>\n"
	"  <uuid>0f5d2b1e-93a6-4a5e-8f5b-5d8d3c1b2a10</uuid>\n"
	"  <metadata><kvmshare:guest xmlns:kvmshare='urn:kvmshare' tenant='blue &amp; red'/></metadata>\n"
	"  <devices>\n"
	"    <hostdev mode='subsystem' type='pci' managed='no'>\n"
	"      <driver name='vfio'/>\n"
	"      <source>\n"
	"        <address domain='0x0000' bus='0x01' slot='0x10' function='0x2'/>\n"
	"      </source>\n"
	"      <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x0'/>\n"
	"    </hostdev>\n"
	"    <hostdev mode='subsystem' type='usb' managed='no'>\n"
	"      <source><address bus='1' device='2'/></source>\n"
	"    </hostdev>\n"
	"    <interface type='hostdev' managed=\"yes\">\n"
	"      <mac address='52:54:00:6d:90:02'/>\n"
	"      <source><address type='pci' domain='0x0001' bus='0x02' slot='0x00' function='0x1'/></source>\n"
	"    </interface>\n"
	"    <interface type='network'>\n"
	"      <source network='default'/>\n"
	"      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n"
	"    </interface>\n"
	"  </devices>\n"
	"</domain>\n";

static void test_passed_through_functions_are_found(void **state)
{
	(void)state;
	assert_int_equal(domxml_parse(whole, &domain, error), 0);
	assert_string_equal(domain.uuid, "0f5d2b1e-93a6-4a5e-8f5b-5d8d3c1b2a10");
	assert_string_equal(domain.tenant, "blue & red");
	assert_int_equal(domain.nr, 2);
	assert_int_equal(domain.devices[0].bdf, KVMSHARE_BDF(0, 1, 0x82));
	assert_false(domain.devices[0].managed);
	assert_int_equal(domain.devices[1].bdf, KVMSHARE_BDF(1, 2, 1));
	assert_true(domain.devices[1].managed);
}

/* It becomes the name of a file. */
static void test_a_uuid_has_no_other_characters(void **state)
{
	(void)state;
	assert_int_equal(domxml_parse("<domain><uuid>../../../../../../../../../../../etc</uuid></domain>",
				      &domain, error), 0);
	assert_string_equal(domain.uuid, "");
}

static void test_a_domain_without_any_is_good(void **state)
{
	(void)state;
	assert_int_equal(domxml_parse("<domain><devices/></domain>", &domain, error), 0);
	assert_int_equal(domain.nr, 0);
	assert_string_equal(domain.uuid, "");
	assert_int_equal(domxml_parse("", &domain, error), 0);
}

/* Text that looks like an element, where there is none. */
static void test_text_is_no_element(void **state)
{
	(void)state;
	assert_int_equal(domxml_parse("<domain><description>&lt;hostdev type='pci'&gt;</description>"
				      "<x y='&lt;/domain&gt;'/>"
				      "<title><![CDATA[<devices><hostdev type='pci'>]]></title></domain>",
				      &domain, error), 0);
	assert_int_equal(domain.nr, 0);
}

static void test_broken_xml_is_refused(void **state)
{
	static const char *const bad[] = {
		"<", "<domain", "<domain>", "<domain></devices>", "<domain/", "<domain a></domain>",
		"<domain a=></domain>", "<domain a=b></domain>", "<domain a='b></domain>",
		"</domain>", "<domain></domain", "<!-- ", "<!DOCTYPE x><domain/>", "< domain/>",
		"<a><b></a></b>", "<?xml ", "<![CDATA[",
		"<domain><devices><hostdev type='pci'><source><address domain='0x10000' bus='0' slot='0' function='0'/></source></hostdev></devices></domain>",
		"<domain><devices><hostdev type='pci'><source><address bus='0' slot='0' function='0'/></source></hostdev></devices></domain>",
		"<domain><devices><hostdev type='pci'><source><address domain='0' bus='0' slot='0' function='8'/></source></hostdev></devices></domain>",
		"<domain><metadata><kvmshare:guest tenant='caf\xc3\xa9'/></metadata></domain>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (domxml_parse(bad[i], &domain, error) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
}

static void test_nothing_that_is_cut_off_hurts(void **state)
{
	char cut[sizeof(whole)];

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 2; len++) {
		char *copy;

		memcpy(cut, whole, len);
		cut[len] = '\0';
		copy = strdup(cut);	/* so that one step too far is seen */
		domxml_parse(copy, &domain, error);
		free(copy);
	}
}

static void test_noise_does_not_hurt(void **state)
{
	uint32_t seed = 1;
	char *copy;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		copy = strdup(whole);
		for (int i = 0; i < 5; i++) {
			seed = seed * 1664525 + 1013904223;
			copy[seed % (sizeof(whole) - 1)] = "<>/'\"= &!?-[]x0"[seed >> 28 & 0xf];
		}
		domxml_parse(copy, &domain, error);
		assert_true(domain.nr <= DOMXML_MAX_DEVICES);
		free(copy);
	}
}

static void test_what_is_too_long_is_refused(void **state)
{
	char *deep = calloc(1, 4 * 1000 + 1);

	(void)state;
	for (int i = 0; i < 1000; i++)
		memcpy(deep + 4 * i, "<ab>", 4);
	assert_int_equal(domxml_parse(deep, &domain, error), -EINVAL);
	memset(deep, 'a', 4000);
	deep[0] = '<';
	assert_int_equal(domxml_parse(deep, &domain, error), -EINVAL);
	free(deep);
}

static int parse_repeated(const char *before, const char *piece, int nr, const char *after)
{
	static char text[16384];
	int len = sprintf(text, "%s", before);

	for (int i = 0; i < nr; i++)
		len += sprintf(text + len, "%s", piece);
	strcpy(text + len, after);
	return domxml_parse(text, &domain, error);
}

static void test_what_is_too_much_is_refused(void **state)
{
	static const char device[] =
		"<hostdev type='pci'><source><address domain='0' bus='0' slot='0' function='0'/></source></hostdev>";
	static const char devices[] = "<domain><devices>", devices_end[] = "</devices></domain>";
	static const char tenant[] = "<domain><metadata><kvmshare:guest tenant='";
	static const char tenant_end[] = "'/></metadata></domain>";

	(void)state;
	assert_int_equal(parse_repeated("<a", " b='c'", MAX_ATTRIBUTES, "/>"), 0);
	assert_int_equal(parse_repeated("<a", " b='c'", MAX_ATTRIBUTES + 1, "/>"), -EINVAL);
	assert_int_equal(parse_repeated(devices, device, DOMXML_MAX_DEVICES, devices_end), 0);
	assert_int_equal(domain.nr, DOMXML_MAX_DEVICES);
	assert_int_equal(parse_repeated(devices, device, DOMXML_MAX_DEVICES + 1, devices_end), -EINVAL);
	assert_int_equal(parse_repeated(tenant, "a", KVMSHARE_NAME_LEN - 1, tenant_end), 0);
	assert_int_equal(parse_repeated(tenant, "a", KVMSHARE_NAME_LEN, tenant_end), -EINVAL);
}

static void test_a_long_value_is_cut(void **state)
{
	char text[VALUE_LEN + 3] = "", value[VALUE_LEN];
	struct reader r = { .at = text };

	(void)state;
	memset(text, '"', VALUE_LEN + 2);
	memset(text + 1, 'a', VALUE_LEN);
	assert_true(take_value(&r, value));
	assert_int_equal(strlen(value), VALUE_LEN - 1);
	assert_ptr_equal(r.at, text + VALUE_LEN + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passed_through_functions_are_found),
		cmocka_unit_test(test_a_uuid_has_no_other_characters),
		cmocka_unit_test(test_a_domain_without_any_is_good),
		cmocka_unit_test(test_text_is_no_element),
		cmocka_unit_test(test_broken_xml_is_refused),
		cmocka_unit_test(test_nothing_that_is_cut_off_hurts),
		cmocka_unit_test(test_noise_does_not_hurt),
		cmocka_unit_test(test_what_is_too_long_is_refused),
		cmocka_unit_test(test_what_is_too_much_is_refused),
		cmocka_unit_test(test_a_long_value_is_cut),
	};

	return cmocka_run_group_tests_name("tool_domxml", tests, NULL, NULL);
}
