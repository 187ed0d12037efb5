curl -sS "$PORTAL/api/v1/me/applications/" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{
    "posting": "'"$POSTING"'",
    "answers": [{"question": 1, "answer": "yes"}],
    "letter": "我有三年养老护理经验，可以上夜班。",
    "agree": true
  }'
