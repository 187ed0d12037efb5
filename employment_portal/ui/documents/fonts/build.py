"""Cut the font of the PDF files down to the characters that people in China write. Run by hand, never by the portal.

npm pack @expo-google-fonts/noto-sans-sc@0.4.3 && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
python3 -m venv ft && ft/bin/pip install fonttools
ft/bin/python build.py package/400Regular/NotoSansSC_400Regular.ttf NotoSansSC-subset.ttf
"""

import gzip
import subprocess
import sys
from pathlib import Path

SHIPPED_PLACES = Path(__file__).parents[3] / "regions" / "data" / "regions.csv.gz"

# Frequent in names, but not in GB 2312.
IN_NAMES = (
    "镕堃喆昇淼祎珺玥玙琎璟琇瑄晞昕晗晟赟翀甯俍偲倧僖劼勍勔厾吉哿喦嘏垚垲埈塬奭妘妧姮娅媖嫄嫕孖孞峣嵘嶷巍帆幪彧恺悫惇愔憬懋戬旸昉昀昫晔晙暄暐暕"
    "曈朤杺杼栐栩桢梣楠楙榕槿樑檀欤歆汭沄沅泓洺浠浥涵淏淓淯湉湜滢漪潓澍澔濛灏炅炘炜烜烨焓焜焱煊熠燊燚爔玚玟玢玮珂珅珣珩琁琋琍琛琦琨琬琰琲瑀瑗瑜"
    "瑢瑭瑱瑾璇璎璐璜璞璠璥璨璩璿瓅瓒畇畹皓皞盈睿砚祁祐祗祺禛禤秭稷穆竑竣筠箫箴籹粲綦縯羿翊翙翚翮翯耘聪芃芊芮苡苒苓茉茗茜茹荃荟荻莀莙菡菁萁萱葳蒨蓁蔚薇薏蘅虓"
    "袆褀褚觅訚訸詠詹誉諠謇豫贇赜轩辀辰迦逵逸遹邈郗郦酆釥釴鈊鉎銘鋆錡鍇鎏鏸鑫钊钰铖铠锃锜锳镒镠闳阇隽雯霏霓霖霦靓靖韪頔颀颢飏馗馥馨驎驰骅骐骢鬯鲲鳐鳯鸣鹓鹛麒麟黛黻龑龢龘"
    "洣湧溱澐濬烔燏珈珹璁璘畯窅篁緁縢翟芗菀蕤蕙藴螽衎觱诜赪跹遐邕郃郿鄞鄄鄢钇钿铄铉锟镝闫隗雩霁靑頫颋飚騄骞鲏鸑麃黉"
)


def characters() -> str:
    gb2312 = [
        bytes((row, cell)).decode("gb2312", "ignore")
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
    ]
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180))))
    with gzip.open(SHIPPED_PLACES, "rt", encoding="utf-8") as lines:
        places = lines.read()
    return "".join(sorted({*"".join(gb2312), *latin, *IN_NAMES, *places, *"–—‘’“”…•·¥€™≥≤"}))


def main(source: str, target: str) -> None:
    text = Path(target).with_suffix(".txt")
    text.write_text(characters(), encoding="utf-8")
    options = [
        "--no-hinting",
        "--layout-features=",
        "--name-IDs=0,1,2,4,6,13,14",
        "--drop-tables+=vhea,vmtx,VORG,GSUB,GPOS,GDEF",
    ]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "fontTools.subset",
            source,
            f"--text-file={text}",
            f"--output-file={target}",
            *options,
        ],
        check=True,
    )
    text.unlink()


if __name__ == "__main__":
    main(*sys.argv[1:])
