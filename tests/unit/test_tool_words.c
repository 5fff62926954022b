// SPDX-License-Identifier: GPL-2.0
/*
 * The words of the tool: addresses, numbers, classes, VF specs, references in a
 * command's arguments, commands that detach.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../userspace/lib/bdf.c"
#include "../../userspace/lib/classes.c"
#include "../../userspace/lib/detach.c"
#include "../../userspace/lib/nvmevf_share.c"
#include "../../userspace/lib/parse.c"
#include "../../userspace/lib/pairs.c"
#include "../../userspace/lib/spec.c"
#include "../../userspace/lib/subst.c"
#include "../../userspace/lib/vgpu_spec.c"

/* -- Addresses -------------------------------------------------------------- */

static void test_addresses_are_read_and_written(void **state)
{
	static const char *const good[][2] = {
		{ "0000:01:10.2", "0000:01:10.2" },
		{ "01:10.2", "0000:01:10.2" },
		{ "FFFF:ff:1f.7", "ffff:ff:1f.7" },
	};
	char text[BDF_LEN];
	uint32_t bdf;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(bdf_parse(good[i][0], &bdf));
		bdf_format(bdf, text);
		assert_string_equal(text, good[i][1]);
	}
	assert_true(bdf_parse("0000:01:10.2", &bdf));
	assert_int_equal(bdf, KVMSHARE_BDF(0, 1, 0x82));
}

static void test_no_other_word_is_an_address(void **state)
{
	static const char *const bad[] = {
		"", "0", "01", "01:10", "01:10.", "01:10.8", "01:20.0", "1:10.2", "01:10.2 ",
		" 01:10.2", "00000:01:10.2", "0000:01:10.22", "0000:01:10,2", "0x01:10.2",
		"0000:01:10.2\n", "gg:10.2", "0000:01:10.-",
	};
	uint32_t bdf;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (bdf_parse(bad[i], &bdf))
			fail_msg("'%s' was taken for an address", bad[i]);
}

static void test_every_address_survives_a_round(void **state)
{
	char text[BDF_LEN];
	uint32_t back;

	(void)state;
	for (uint64_t bdf = 0; bdf <= UINT32_MAX; bdf += 65521) {
		bdf_format((uint32_t)bdf, text);
		assert_true(bdf_parse(text, &back));
		assert_int_equal(back, (uint32_t)bdf);
	}
}

/* -- Numbers and labels ----------------------------------------------------- */

static void test_numbers_are_digits_within_bounds(void **state)
{
	uint64_t v = 0;
	uint32_t w = 0;

	(void)state;
	assert_true(parse_u64("18446744073709551615", 0, UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_false(parse_u64("18446744073709551616", 0, UINT64_MAX, &v));
	assert_false(parse_u64("99999999999999999999999", 0, UINT64_MAX, &v));
	assert_false(parse_u64("", 0, 9, &v));
	assert_false(parse_u64("-1", 0, 9, &v));
	assert_false(parse_u64("+1", 0, 9, &v));
	assert_false(parse_u64(" 1", 0, 9, &v));
	assert_false(parse_u64("1x", 0, 9, &v));
	assert_false(parse_u64("0x1", 0, 9, &v));
	assert_true(parse_u32("4294967295", 0, UINT32_MAX, &w));
	assert_false(parse_u32("4294967296", 0, UINT32_MAX, &w));
	assert_false(parse_u32("0", 1, 9, &w));
	assert_false(parse_u32("10", 1, 9, &w));
}

static void test_macs_are_unicast(void **state)
{
	uint8_t mac[6];

	(void)state;
	assert_true(parse_mac("02:00:00:aB:cd:01", mac));
	assert_int_equal(mac[0], 2);
	assert_int_equal(mac[3], 0xab);
	assert_int_equal(mac[5], 1);
	assert_false(parse_mac("00:00:00:00:00:00", mac));
	assert_false(parse_mac("01:00:00:00:00:01", mac));
	assert_false(parse_mac("ff:ff:ff:ff:ff:ff", mac));
	assert_false(parse_mac("02:00:00:00:00", mac));
	assert_false(parse_mac("02:00:00:00:00:01:02", mac));
	assert_false(parse_mac("2:0:0:0:0:1", mac));
	assert_false(parse_mac("02-00-00-00-00-01", mac));
	assert_false(parse_mac("", mac));
	assert_false(parse_mac("02:00:00:00:00:0", mac));
}

static void test_labels_are_short_and_printable(void **state)
{
	(void)state;
	assert_true(parse_label("blue team", 64));
	assert_false(parse_label("", 64));
	assert_false(parse_label("a\nb", 64));
	assert_false(parse_label("caf\xc3\xa9", 64));
	assert_false(parse_label("a\x7f", 64));
	assert_true(parse_label("1234567", 8));
	assert_false(parse_label("12345678", 8));
}

/* -- Classes ---------------------------------------------------------------- */

static void test_classes_are_found_by_name_and_code(void **state)
{
	struct class_name found;

	(void)state;
	assert_int_equal(class_find("nvme", &found), 0);
	assert_int_equal(found.value, 0x010802);
	assert_int_equal(class_find("0x02", &found), 0);
	assert_int_equal(found.value, 0x020000);
	assert_int_equal(found.mask, 0xff0000);
	assert_int_equal(class_find("0x0b40", &found), 0);
	assert_int_equal(found.value, 0x0b4000);
	assert_int_equal(found.mask, 0xffff00);
	assert_int_equal(class_find("0x010802", &found), 0);
	assert_int_equal(found.mask, 0xffffff);
	assert_int_not_equal(class_find("0x1", &found), 0);
	assert_int_not_equal(class_find("0x", &found), 0);
	assert_int_not_equal(class_find("0x01080200", &found), 0);
	assert_int_not_equal(class_find("nvm", &found), 0);
	assert_int_not_equal(class_find("", &found), 0);
}

static void test_the_class_table_is_sound(void **state)
{
	struct class_name found;

	(void)state;
	for (const struct class_name *c = class_names; c->name; c++) {
		assert_int_not_equal(c->mask, 0);
		assert_int_equal(c->value & ~c->mask, 0);
		/* Whatever contains it stands after it, or it would never be told. */
		for (const struct class_name *before = class_names; before < c; before++)
			assert_false((c->value & before->mask) == before->value &&
				     (before->mask & c->mask) == before->mask &&
				     before->mask != c->mask);
	}
	for (const struct class_work *w = class_works; w->name; w++) {
		assert_non_null(w->classes[0]);
		for (const char *const *name = w->classes; *name; name++)
			assert_int_equal(class_find(*name, &found), 0);
	}
	assert_string_equal(class_name_of(0x010802), "nvme");
	assert_string_equal(class_name_of(0x010700), "storage");
	assert_string_equal(class_name_of(0x020000), "ethernet");
	assert_string_equal(class_name_of(0x028000), "net");
	assert_string_equal(class_name_of(0x060400), "other");
}

/* -- VF specs --------------------------------------------------------------- */

static void test_a_spec_says_what_it_says(void **state)
{
	char error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	assert_int_equal(spec_parse("class=accel+3d,count=4,node=1,strict=on,place=pack,"
				    "pf=0000:03:00.0,device=8086:10ca", &spec, error), 0);
	assert_int_equal(spec.nr_classes, 2);
	assert_int_equal(spec.classes[0].value, 0x120000);
	assert_int_equal(spec.classes[1].value, 0x030200);
	assert_int_equal(spec.count, 4);
	assert_int_equal(spec.node, 1);
	assert_int_equal(spec.flags, KVMSHARE_LEASE_PACK | KVMSHARE_LEASE_STRICT_NODE);
	assert_int_equal(spec.pf, KVMSHARE_BDF(0, 3, 0));
	assert_int_equal(spec.vf, KVMSHARE_BDF_ANY);
	assert_int_equal(spec.vendor, 0x8086);
	assert_int_equal(spec.device, 0x10ca);
	assert_false(spec_has_net(&spec));
}

static void test_an_empty_spec_is_one_vf_of_any_kind(void **state)
{
	char error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	assert_int_equal(spec_parse("", &spec, error), 0);
	assert_int_equal(spec.count, 1);
	assert_int_equal(spec.nr_classes, 0);
	assert_int_equal(spec.node, -1);
	assert_int_equal(spec.pf, KVMSHARE_BDF_ANY);
}

static void test_a_spec_for_a_network_vf(void **state)
{
	char error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	assert_int_equal(spec_parse("for=net,mac=02:00:00:00:00:01,vlan=0,trust=off,spoofchk=on",
				    &spec, error), 0);
	assert_true(spec_has_net(&spec));
	assert_true(spec.net.has_mac);
	assert_true(spec.net.has_vlan);
	assert_int_equal(spec.net.vlan, 0);
	assert_int_equal(spec.net.trust, SPEC_OFF);
	assert_int_equal(spec.net.spoofchk, SPEC_ON);
	assert_int_equal(spec.nr_classes, 2);
}

static void test_any_of_its_settings_makes_a_spec_one_for_a_network_vf(void **state)
{
	static const char *const net[] = {
		"mac=02:00:00:00:00:01", "vlan=0", "trust=off", "spoofchk=off",
	};
	char error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	for (size_t i = 0; i < sizeof(net) / sizeof(net[0]); i++) {
		assert_int_equal(spec_parse(net[i], &spec, error), 0);
		assert_true(spec_has_net(&spec));
	}
}

static void test_wrong_specs_say_why(void **state)
{
	static const char *const bad[][2] = {
		{ "class", "class=" }, { "class=", "class=" }, { "class=foo", "class=" },
		{ "class=nvme+", "class=" }, { "class=nvme,class=net", "twice" },
		{ "class=nvme,for=ai", "for=" }, { "for=music", "for=" },
		{ "count=0", "count=" }, { "count=65", "count=" }, { "count=-1", "count=" },
		{ "node=x", "node=" }, { "strict=yes", "strict=" }, { "strict=on", "node=" },
		{ "place=best", "place=" }, { "vlan=4095", "vlan=" }, { "mac=1", "mac=" },
		{ "mac=02:00:00:00:00:01,count=2", "MAC" },
		{ "vf=0000:01:00.1,count=2", "vf=" }, { "colour=red", "no key" },
		{ ",", "no key" }, { "class=nvme,", "no key" }, { "trust=1", "trust=" },
		{ "device=0000:0000", "device=" }, { "device=18086:1", "device=" },
		{ "class=nvme+net+3d+vga+crypto+accel+display+storage+net", "class=" },
	};
	char error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		*error = '\0';
		if (spec_parse(bad[i][0], &spec, error) != -EINVAL)
			fail_msg("'%s' was taken", bad[i][0]);
		if (!strstr(error, bad[i][1]))
			fail_msg("'%s': '%s' does not speak of '%s'", bad[i][0], error, bad[i][1]);
	}
}

static void test_a_spec_that_is_too_long_is_refused(void **state)
{
	char text[2000], error[SPEC_ERROR_LEN];
	struct vf_spec spec;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(spec_parse(text, &spec, error), -EINVAL);
	text[SPEC_TEXT_LEN] = '\0';
	assert_int_equal(spec_parse(text, &spec, error), -EINVAL);
	assert_non_null(strstr(error, "too long"));
	memcpy(text, "class=", 6);
	text[400] = '\0';
	assert_int_equal(spec_parse(text, &spec, error), -EINVAL);
}

/* -- vGPU specs ------------------------------------------------------------- */

static void test_a_vgpu_spec_says_what_it_says(void **state)
{
	char error[PAIRS_ERROR_LEN];
	struct vgpu_spec spec;

	(void)state;
	assert_int_equal(vgpu_spec_parse("weight=4,min=20,cap=60,mem=1G,engine=soft0,slice=2000,"
					 "averaging=3,resolution=1280x800", &spec, error), 0);
	assert_string_equal(spec.values[VGPU_SPEC_WEIGHT], "4");
	assert_string_equal(spec.values[VGPU_SPEC_MINIMUM], "20");
	assert_string_equal(spec.values[VGPU_SPEC_CAP], "60");
	assert_string_equal(spec.values[VGPU_SPEC_SIZE], "1G");
	assert_string_equal(spec.values[VGPU_SPEC_ENGINE], "soft0");
	assert_string_equal(spec.values[VGPU_SPEC_SLICE], "2000");
	assert_string_equal(spec.values[VGPU_SPEC_AVERAGING], "3");
	assert_string_equal(spec.values[VGPU_SPEC_RESOLUTION], "1280x800");
	assert_int_equal(vgpu_spec_parse("", &spec, error), 0);
	assert_string_equal(spec.values[VGPU_SPEC_SIZE], VGPU_SIZE_DEFAULT);
	assert_string_equal(spec.values[VGPU_SPEC_WEIGHT], "");
}

static void test_wrong_vgpu_specs_say_why(void **state)
{
	static const char *const bad[][2] = {
		{ "weight=0", "weight=" }, { "weight=10001", "weight=" }, { "min=101", "min=" },
		{ "cap=0", "cap=" }, { "cap=60%", "cap=" }, { "mem=", "mem=" }, { "mem=../x", "mem=" },
		{ "slice=99", "slice=" }, { "slice=30001", "slice=" }, { "averaging=0", "averaging=" },
		{ "averaging=61", "averaging=" }, { "resolution=1024", "resolution=" },
		{ "cap=5,cap=6", "twice" }, { "colour=red", "no key" },
	};
	char error[PAIRS_ERROR_LEN];
	struct vgpu_spec spec;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		*error = '\0';
		if (vgpu_spec_parse(bad[i][0], &spec, error) != -EINVAL)
			fail_msg("'%s' was taken", bad[i][0]);
		if (!strstr(error, bad[i][1]))
			fail_msg("'%s': '%s' does not speak of '%s'", bad[i][0], error, bad[i][1]);
	}
}

/* -- References ------------------------------------------------------------- */

static void check_subst(const char *arg, const char *expected)
{
	static char names[12][BDF_LEN];
	char *vfs[12], *vgpus[] = { "/sys/0", "/sys/1" };
	const struct subst kinds[] = { { "@vf", vfs, 12 }, { "@vgpu", vgpus, 2 }, { NULL, NULL, 0 } };
	char *got;

	for (uint32_t i = 0; i < 12; i++) {
		bdf_format(KVMSHARE_BDF(0, i, 0), names[i]);
		vfs[i] = names[i];
	}
	got = subst_apply(arg, kinds);
	assert_non_null(got);
	assert_string_equal(got, expected);
	free(got);
}

static void test_references_are_replaced(void **state)
{
	(void)state;
	check_subst("vfio-pci,host=@vf0", "vfio-pci,host=0000:00:00.0");
	check_subst("@vf1@vf0", "0000:01:00.00000:00:00.0");
	check_subst("@vf11", "0000:0b:00.0");
	check_subst("@vf12", "@vf12");
	check_subst("@@vf0", "@vf0");
	check_subst("a@b @vfx @vf @", "a@b @vfx @vf @");
	check_subst("", "");
	check_subst("@vf0.@vf1", "0000:00:00.0.0000:01:00.0");
	check_subst("@@@vf1", "@@vf1");
	check_subst("sysfsdev=@vgpu1,x=@vf0", "sysfsdev=/sys/1,x=0000:00:00.0");
	check_subst("@@vgpu1@vgpu2", "@vgpu1@vgpu2");
}

static void test_the_highest_reference_is_known(void **state)
{
	(void)state;
	assert_int_equal(subst_highest("no", "@vf"), SUBST_NONE);
	assert_int_equal(subst_highest("@vf3,@vf1", "@vf"), 3);
	assert_int_equal(subst_highest("@@vf3", "@vf"), SUBST_NONE);
	assert_int_equal(subst_highest("@vf3,@vgpu1", "@vgpu"), 1);
	assert_int_equal(subst_highest("@@@vgpu1,@@vgpu2", "@vgpu"), SUBST_NONE);
	assert_int_equal(subst_highest("@vf99999999999999999999", "@vf"), 9999);
}

static void test_many_references_fit(void **state)
{
	char arg[4 * 1000 + 1], *vfs[] = { "ffff:ff:1f.7" };
	const struct subst kinds[] = { { "@vf", vfs, 1 }, { NULL, NULL, 0 } };
	char *got;

	(void)state;
	for (int i = 0; i < 1000; i++)
		memcpy(arg + 4 * i, "@vf0", 5);
	got = subst_apply(arg, kinds);
	assert_int_equal(strlen(got), 12 * 1000);
	free(got);
}

/* -- Commands that detach --------------------------------------------------- */

#define DETACHES(...) detach_find((char *const[]){ __VA_ARGS__, NULL })

static void test_commands_that_detach_are_found(void **state)
{
	(void)state;
	assert_string_equal(DETACHES("qemu-system-x86_64", "-daemonize"), "-daemonize");
	assert_non_null(DETACHES("/usr/bin/qemu-system-x86_64", "-m", "1G", "--daemonize"));
	assert_non_null(DETACHES("jailer", "--daemonize=true"));
	assert_non_null(DETACHES("sh", "-c", "exec qemu -daemonize -m 1G"));
	assert_non_null(DETACHES("/bin/bash", "-c", "qemu '--daemonize';true"));
	assert_non_null(DETACHES("setsid", "-f", "qemu"));
	assert_non_null(DETACHES("/usr/bin/setsid", "--fork", "qemu"));
	assert_non_null(DETACHES("start-stop-daemon", "--start", "--background"));
	assert_non_null(DETACHES("systemd-run", "qemu"));
	assert_non_null(DETACHES("screen", "-dm", "qemu"));
}

static void test_others_are_let_pass(void **state)
{
	(void)state;
	assert_null(DETACHES("qemu-system-x86_64", "-m", "1G"));
	assert_null(DETACHES("qemu-system-x86_64", "-append", "root=/dev/vda -daemonize"));
	assert_null(DETACHES("qemu-system-x86_64", "-name", "daemonize"));
	assert_null(DETACHES("qemu-system-x86_64", "-daemonizer"));
	assert_null(DETACHES("sh", "-c", "qemu -daemonized"));
	assert_null(DETACHES("setsid", "qemu"));
	assert_null(DETACHES("true"));
	assert_null(detach_find((char *const[]){ NULL }));
}

/* -- Shares ----------------------------------------------------------------- */

static void test_shares_are_even_and_bounded(void **state)
{
	(void)state;
	assert_int_equal(nvmevf_share(8, 4, 2, 0), 2);
	assert_int_equal(nvmevf_share(64, 4, 2, 0), 16);
	assert_int_equal(nvmevf_share(64, 4, 2, 8), 8);
	assert_int_equal(nvmevf_share(4, 8, 2, 0), 2);
	assert_int_equal(nvmevf_share(8, 0, 2, 0), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_are_read_and_written),
		cmocka_unit_test(test_no_other_word_is_an_address),
		cmocka_unit_test(test_every_address_survives_a_round),
		cmocka_unit_test(test_numbers_are_digits_within_bounds),
		cmocka_unit_test(test_macs_are_unicast),
		cmocka_unit_test(test_labels_are_short_and_printable),
		cmocka_unit_test(test_classes_are_found_by_name_and_code),
		cmocka_unit_test(test_the_class_table_is_sound),
		cmocka_unit_test(test_a_spec_says_what_it_says),
		cmocka_unit_test(test_an_empty_spec_is_one_vf_of_any_kind),
		cmocka_unit_test(test_a_spec_for_a_network_vf),
		cmocka_unit_test(test_any_of_its_settings_makes_a_spec_one_for_a_network_vf),
		cmocka_unit_test(test_wrong_specs_say_why),
		cmocka_unit_test(test_a_spec_that_is_too_long_is_refused),
		cmocka_unit_test(test_a_vgpu_spec_says_what_it_says),
		cmocka_unit_test(test_wrong_vgpu_specs_say_why),
		cmocka_unit_test(test_references_are_replaced),
		cmocka_unit_test(test_the_highest_reference_is_known),
		cmocka_unit_test(test_many_references_fit),
		cmocka_unit_test(test_commands_that_detach_are_found),
		cmocka_unit_test(test_others_are_let_pass),
		cmocka_unit_test(test_shares_are_even_and_bounded),
	};

	return cmocka_run_group_tests_name("tool_words", tests, NULL, NULL);
}
