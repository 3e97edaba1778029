"""Word lists of the corpus. Provinces and cities are real; counties are never listed here."""

from __future__ import annotations

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛"
    "曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑"
) + ("欧阳", "司马", "上官", "诸葛", "东方", "慕容", "令狐", "皇甫", "尉迟", "夏侯")
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰红玉梅建华文志国春燕雪琴云飞鹏辉宇浩欣怡婷梓涵子轩博文诗雨佳琪思远嘉俊晓东海波林峰晨阳一鸣若曦天佑乐瑶书瑾安然家豪"
    "成龙亚楠丹凤金龙立新德胜少华小红新宇永康振国慧颖倩茹淑贞兴旺福生根宝水泉田禾青松柏翠微清远怀瑜景行知秋以沫可心予安承泽睿哲"
)
PROVINCES = (
    "北京市",
    "天津市",
    "上海市",
    "重庆市",
    "河北省",
    "山西省",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "海南省",
    "四川省",
    "贵州省",
    "云南省",
    "陕西省",
    "甘肃省",
    "青海省",
    "台湾省",
    "内蒙古自治区",
    "广西壮族自治区",
    "西藏自治区",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
    "香港特别行政区",
    "澳门特别行政区",
)
MUNICIPALITIES = PROVINCES[:4]
CITIES = tuple(
    name + "市"
    for name in (
        "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 "
        "鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 吉林 四平 辽源 通化 白山 松原 白城 "
        "哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 "
        "温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 "
        "泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 "
        "聊城 滨州 菏泽 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 "
        "荆州 黄冈 咸宁 随州 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 "
        "汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口 三亚 成都 自贡 攀枝花 泸州 "
        "德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 拉萨 "
        "日喀则 昌都 林芝 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 西宁 海东 银川 "
        "石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密"
    ).split()
) + (
    "延边朝鲜族自治州", "恩施土家族苗族自治州", "湘西土家族苗族自治州", "凉山彝族自治州", "甘孜藏族自治州", "黔东南苗族侗族自治州",
    "大理白族自治州", "红河哈尼族彝族自治州", "西双版纳傣族自治州", "临夏回族自治州", "海西蒙古族藏族自治州", "伊犁哈萨克自治州",
    "巴音郭楞蒙古自治州", "锡林郭勒盟", "兴安盟", "大兴安岭地区", "喀什地区", "阿克苏地区",
)  # fmt: skip
_SHORT = {
    "内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏", "宁夏回族自治区": "宁夏", "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港", "澳门特别行政区": "澳门",
}  # fmt: skip


def short(full: str) -> str:
    """A province or city as people shorten it: its ending dropped."""
    if full in _SHORT:
        return _SHORT[full]
    for ending in ("自治州", "地区", "盟", "省", "市"):
        if full.endswith(ending):
            stem = full.removesuffix(ending)
            # "延边朝鲜族" is not what people say; the people's names go too.
            for people in (
                "朝鲜族",
                "土家族苗族",
                "彝族",
                "藏族",
                "苗族侗族",
                "白族",
                "哈尼族彝族",
                "傣族",
                "回族",
                "蒙古族藏族",
                "哈萨克",
                "蒙古",
            ):
                stem = stem.removesuffix(people)
            return stem
    return full


ROAD_STEMS = tuple(
    "人民 解放 中山 建设 和平 文化 新华 胜利 光明 友谊 长江 黄河 北京 上海 南京 学院 体育 工业 科技 创业 滨河 沿江 环城 车站 迎宾 朝阳 东风 红旗 青年 幸福 "
    "花园 梅园 桃源 龙泉 凤凰 金山 银河 天府 锦绣 玉泉 清河 白云 西湖 东湖 南湖 北山".split()
)
PLATES = tuple("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼")
PRODUCTS = tuple(
    "手机 耳机 键盘 鼠标 内存条 硬盘 显示器 充电器 数据线 台灯 水杯 雨伞 背包 球鞋 毛衣 衬衫 外套 帽子 洗衣机 冰箱 空调 电饭锅 茶叶 大米 苹果 牛奶 饼干 咖啡 "
    "口罩 牙膏 毛巾 沙发 书桌 椅子 床垫 窗帘 打印机 相机 手表 自行车 轮胎 螺丝 油漆 灯泡 插座 路由器 平板 音箱 吉他 画框 玩具 童车".split()
)
COLOURS = tuple(
    "红色 蓝色 绿色 黑色 白色 灰色 黄色 紫色 粉色 橙色 棕色 银色 金色 米色 深蓝 浅灰 墨绿 天蓝 酒红 卡其".split()
)
STATES = tuple(
    "已付款 未付款 已发货 待处理 已完成 已取消 退货中 维修中 缺货 在途 已签收 审核中 通过 失败 正常 异常".split()
)
TOPICS = tuple(
    "数学 语文 英语 历史 地理 音乐 美术 体育 物理 化学 生物 编程 财务 法律 物流 保险 旅游 餐饮 家电 服装 售后 咨询 投诉".split()
)
REMARKS = tuple(
    "请尽快发货 放门口就行 不要打电话 周末再送 包装要结实 易碎轻放 开不了机 屏幕有裂纹 收到少了一件 颜色不对 尺寸太小 想换一个 需要发票 送货前联系 晚上才有人 "
    "楼下有快递柜 声音太大 充不上电 漏水了 门铃坏了 麻烦快点 不急 送人的 写贺卡 不要辣 多放糖".split()
)
CHATTER = tuple(
    "你好 您好 在吗 麻烦了 谢谢 多谢 辛苦了 拜托 收到请回复 尽快哈 帮我记一下 改一下信息 之前填错了 就这些 没别的了 刚下的单 帮忙看看 老客户了 急用 "
    "不好意思 信息如下 请查收 发我朋友的 记得备注 别发错了 上次那个地址不用了 可以的话今天发 嗯嗯 好的 那就这样 有问题再联系 请核对 请登记 新的信息 "
    "今天天气不错 我们下周搬家 孩子要用 公司统一采购 给爸妈买的 第一次在你家买 店家你好 客服在不在".split()
)
ENGLISH_CHATTER = (
    "hello", "hi there", "thanks", "please hurry", "sorry to bother you", "let me know", "that is all", "as discussed", "many thanks",
    "new order", "please note", "see below", "good morning", "it is for a friend", "can you check this", "quick one",
)  # fmt: skip
ENGLISH_GIVEN = (
    "Anna", "Ben", "Carla", "David", "Emma", "Frank", "Grace", "Henry", "Iris", "Jack", "Kate", "Liam", "Mia", "Noah", "Olga", "Paul",
    "Rita", "Sam", "Tina", "Victor", "Wendy", "Zoe", "Omar", "Lucy", "Peter", "Nina", "Oscar", "Ella", "Hugo", "Leah",
)  # fmt: skip
ENGLISH_PRODUCTS = (
    "lamp", "keyboard", "mouse", "headset", "bag", "jacket", "kettle", "desk", "chair", "camera", "watch", "bike", "router", "tablet",
    "speaker", "blanket", "mug", "phone case", "printer", "monitor",
)  # fmt: skip
ENGLISH_COLOURS = (
    "red",
    "blue",
    "green",
    "black",
    "white",
    "grey",
    "yellow",
    "purple",
    "pink",
    "orange",
    "brown",
    "silver",
)
ENGLISH_REMARKS = (
    "leave it at the door", "it does not start", "the screen is cracked", "one part is missing", "too small", "wrong colour",
    "call before delivery", "needs a receipt", "no hurry", "it leaks", "battery is dead", "gift wrap please",
)  # fmt: skip
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# What stands after a label whose value is missing.
VOID = ("无", "暂无", "没有", "不详", "未知", "-", "/", "—", "待定", "略", "空", "没填", "不清楚", "回头补", "下次再说")
ENGLISH_VOID = ("none", "n/a", "-", "unknown", "tbd", "?")
