"""Files of flows as bot builders write them, for several tests."""

RETURN = """
entities:
  order: '\\d{4,6}'
slots:
  order:
    type: text
    ask: What is the number of your order?
    invalid: An order number has four to six digits.
  reason:
    ask: What is wrong with it?
    options:
      damaged: {label: It is damaged, when: ["[broken|damaged|cracked|scratched]"]}
      size: {label: It does not fit, when: ["[too small|too big|does not fit|wrong size]"]}
      other: Something else
  email: {type: email, ask: Where may we write to?}
  sure: {type: boolean, ask: "Shall I send you a label for order {{ slots.order }}?"}
flows:
  return:
    title: returning an order
    start:
      when: ["[return|send back] (my|an|the) (order|parcel|[it]) ({order})"]
    steps:
      - collect: order
      - choose: reason
      - collect: email
      - collect: sure
      - when: slots.sure
        then:
          - do: send_label
            with: {order: "{{ slots.order }}", email: "{{ slots.email }}"}
            otherwise:
              - say: "That did not work: {{ error }}"
          - say: The label for order {{ slots.order }} is on its way to {{ slots.email }}.
        else:
          - say: All right, nothing is sent.
  status:
    title: looking for a parcel
    start: {when: ["where is my (order|parcel)", "track my parcel"]}
    steps:
      - collect: order
      - say: Order {{ slots.order }} is on its way.
"""

APPOINTMENT = """
slots:
  day: {type: date, ask: 您想预约哪一天？, invalid: 请告诉我一个日期，比如“明天”或“5月3日”。}
  people: {type: integer, ask: 一共几位？, validate: 1 <= value <= 8, invalid: 我们一次最多接待八位。}
  room:
    ask: 您要哪种房间？
    options: {hall: 大厅, private: {label: 包间, when: ["[包厢|单间]"]}}
  note: {type: text, ask: 还有什么要求吗？}
flows:
  book:
    title: 预约
    start: {when: ["[预约|预订|订位|订座]"]}
    steps:
      - collect: day
      - collect: people
      - choose: room
      - collect: note
      - say: "{{ slots.day }}，{{ slots.people }}位，{{ '包间' if slots.room == 'private' else '大厅' }}，已为您预约。"
  hours:
    title: 查询营业时间
    start: {when: ["营业时间"]}
    steps:
      - say: 我们每天十点到二十二点营业。
"""

QUIZ = """
slots:
  first: {type: integer, ask: "What is 6 times 7?"}
  capital: {ask: "What is the capital of France?", options: [Paris, Lyon, Nice]}
  points: {type: integer, keep: true}
  again: {type: boolean, ask: "Another round?"}
messages:
  cancelled: The quiz is over.
flows:
  quiz:
    start: {when: ["(a) quiz", "quiz me"]}
    steps:
      - collect: first
        attempts: 2
        validate: value == 42
        invalid: No, try once more.
        otherwise:
          - say: It is 42.
          - set: {first: 42}
          - continue: true
      - choose: capital
      - when: slots.capital == 'Paris'
        then:
          - set: {points: "{{ (slots.points or 0) + 1 }}"}
          - say: Right!
        else:
          - say: It is Paris.
      - collect: again
      - when: slots.again
        then: [{call: quiz}]
        else: [{say: "You have {{ slots.points or 0 }} points."}]
"""
