"""Short and full names of places, as people write them."""

import re

_PEOPLES = (
    "各|乌孜别克|维吾尔|哈萨克|柯尔克孜|达斡尔|鄂温克|鄂伦春|俄罗斯|塔吉克|塔塔尔|布依|土家|蒙古|朝鲜|哈尼|傈僳|仡佬|东乡|高山|"
    "拉祜|纳西|仫佬|锡伯|景颇|毛南|撒拉|布朗|阿昌|普米|基诺|德昂|保安|裕固|门巴|独龙|赫哲|珞巴|壮|满|回|苗|彝|藏|侗|瑶|"
    "白|黎|傣|畲|水|佤|羌|土|怒|京"
)
# “族” tells 彭水|苗族|土家族 apart; three peoples' names come without it.
_AUTONOMOUS = re.compile(
    rf"(?:(?:{_PEOPLES})族)*(?:蒙古|维吾尔|柯尔克孜)?自治[区州县旗]$|(?:(?:{_PEOPLES})族)+(?:民族)?(?:[区乡镇]|苏木)$"
)
_SUFFIX = re.compile(
    r"(?:特别行政区|街道办事处|行政委员会|族?自治[区州县旗]|街道|地区|林区|特区|苏木|[省市盟区县旗镇乡])$"
)
_ZONE = [
    (re.compile(r"高新?技术(?:产业)?(?:开发区|园区)$"), "高新区"),
    (re.compile(r"经济技术开发区$"), "经开区"),
    (re.compile(r"经济开发区$"), "经开区"),
]


def short_name(name: str) -> str:
    """``锦江区`` → ``锦江``, ``阿坝藏族羌族自治州`` → ``阿坝``, ``长春高新技术产业开发区`` → ``长春高新区``.

    A name that would leave a single character stays whole (``郫县``, ``城区``).
    """
    for pattern, short in _ZONE:
        if pattern.search(name):
            return pattern.sub(short, name)
    for pattern in (_AUTONOMOUS, _SUFFIX):
        shorter = pattern.sub("", name)
        if shorter != name and len(shorter) >= 2:
            return shorter
    return name


def full_name(name: str, ancestors: list[str], parent_full_name: str) -> str:
    """The names down to this place, none twice: ``河北唐山芦台经济开发区`` in ``河北省唐山市``.

    ``ancestors`` are the names from the province down to the parent.
    """
    shorts = [short_name(each) for each in ancestors]
    repeated = ["".join(shorts), *(ancestors[-1:] + shorts[-1:])]
    for prefix in repeated:
        if prefix and name.startswith(prefix) and len(name) > len(prefix) + 2:
            return parent_full_name + name[len(prefix) :]
    return parent_full_name + name
