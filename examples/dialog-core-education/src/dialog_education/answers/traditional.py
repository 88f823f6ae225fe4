"""Traditional characters: pupils may write them where a course has the simplified ones."""

_TRADITIONAL = (
    "蘋飯麵條麵雞媽學貓鳥魚馬書綠紅見謝師來國門問時間東車長開關電話語說讀寫聽買賣錢鐵銀銅陽陰氣冰淚風雲電光熱"
    "號兒個們這裡為麼會過還對錯數點幾兩萬億歲動體頭臉腦手腳心臟肺腸葉樹花龍鳳烏龜獅熊貓羊豬鴨鵝蟲蠶蝦蟹虎"
    "黃藍紫圓邊線員圖場園廣島灣灘嶺峽陸極圍緯經衛遠近輕實驗發展華歐亞韓聯醫藥養營鹽醬湯餅糧餃蘭奧羅愛爾蘇"
    "達鳴結構種類無與參從產業勞動務導師爺奶孫親戚愛樂藝術漢雙單詞題練習復習節慶燈籠"
)
_SIMPLIFIED = (
    "苹饭面条面鸡妈学猫鸟鱼马书绿红见谢师来国门问时间东车长开关电话语说读写听买卖钱铁银铜阳阴气冰泪风云电光热"
    "号儿个们这里为么会过还对错数点几两万亿岁动体头脸脑手脚心脏肺肠叶树花龙凤乌龟狮熊猫羊猪鸭鹅虫蚕虾蟹虎"
    "黄蓝紫圆边线员图场园广岛湾滩岭峡陆极围纬经卫远近轻实验发展华欧亚韩联医药养营盐酱汤饼粮饺兰奥罗爱尔苏"
    "达鸣结构种类无与参从产业劳动务导师爷奶孙亲戚爱乐艺术汉双单词题练习复习节庆灯笼"
)
_TABLE = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))


def simplified(text: str) -> str:
    """Return a text with the most common traditional characters written as simplified ones."""
    return text.translate(_TABLE)
