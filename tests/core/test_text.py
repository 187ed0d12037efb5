import pypinyin
import pytest

from employment_portal.core.text import pinyin_initials, pinyin_key


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("重庆市", "chongqingshi"), ("长沙市", "changshashi"), ("厦门市", "xiamenshi"), ("六安市", "luanshi"),
        ("蚌埠市", "bengbushi"), ("乐山市", "leshanshi"), ("乐清市", "yueqingshi"), ("成都市", "chengdushi"),
        ("郫都区", "piduqu"), ("什邡市", "shifangshi"), ("犍为县", "qianweixian"), ("长子县", "zhangzixian"),
        ("番禺区", "panyuqu"), ("东阿县", "dongexian"), ("尉犁县", "yulixian"), ("都江堰市", "dujiangyanshi"),
        ("六合区", "luhequ"), ("闵行区", "minhangqu"), ("宕昌县", "tanchangxian"), ("曾都区", "zengduqu"),
    ],
)  # fmt: skip
def test_names_of_places_are_read_as_their_people_do(place, key):
    assert pinyin_key(place, "place") == key


@pytest.mark.parametrize(("name", "key"), [("单田芳", "shantianfang"), ("曾小明", "zengxiaoming"), ("解晓东", "xiexiaodong"), ("长孙无忌", "zhangsunwuji")])  # fmt: skip
def test_a_surname_has_its_own_reading(name, key):
    assert pinyin_key(name, "person") == key


def test_latin_words_stay_whole_and_signs_go():
    assert pinyin_key("Java 开发（ＨＲ）") == "javakaifahr"
    assert pinyin_initials("Java 开发（ＨＲ）") == "javakfhr"
    assert pinyin_key("、。") == ""


def test_a_latin_word_does_not_swell_the_initial_of_a_like_sounding_character():
    assert pinyin_initials("Android安卓") == "androidaz"


@pytest.mark.parametrize(
    "name",
    ["重庆长寿重工有限公司", "成都银行行长调解中心", "乐山音乐学校", "会计事务所会议部", "厦门大厦物业单位"],
)
def test_a_name_read_word_by_word_reads_as_the_dictionary_reads_the_whole(name):
    whole = "".join(pypinyin.lazy_pinyin(name))

    assert pinyin_key(name) == whole
